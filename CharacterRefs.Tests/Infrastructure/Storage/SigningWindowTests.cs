using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class SigningWindowTests
{
    private const int Cases = 50_000;

    private static readonly DateTimeOffset s_noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [TestCase(3600, 900, 4500)]
    [TestCase(1, 900, 901)]
    [TestCase(3600, 0, 3601)]
    [TestCase(604_800 - 900, 900, 604_800)]
    [TestCase(604_800 - 60, 900, 604_800)]
    [TestCase(604_799, 900, 604_800)]
    [TestCase(604_800, 900, 604_800)]
    [TestCase(604_800, 0, 604_800)]
    public void At_WhenLifetimeAndWindowAreGiven_AddsThemUpToSevenDays(int lifetime, int window, int expected)
    {
        var at = SigningWindow.At(s_noon, TimeSpan.FromSeconds(lifetime), TimeSpan.FromSeconds(window));

        Assert.That(at.LifeSeconds, Is.EqualTo(expected));
        Assert.That(at.ExpiresAt, Is.EqualTo(at.SignedAt.AddSeconds(expected)));
    }

    [TestCase(604_800 - 60, 60, TestName = "what is left of seven days is the window")]
    [TestCase(604_800, 1, TestName = "at seven days each second is a window")]
    [TestCase(3600, 900, TestName = "the configured window")]
    public void At_WhenTimePasses_StaysTheSameForThatManySecondsAndNoLonger(int lifetime, int seconds)
    {
        SigningWindow After(double passed) => SigningWindow.At(s_noon.AddSeconds(passed), TimeSpan.FromSeconds(lifetime), TimeSpan.FromSeconds(900));

        var first = After(0);

        Assert.That(first.SignedAt, Is.EqualTo(s_noon));
        Assert.That(After(seconds - 0.001), Is.EqualTo(first));
        Assert.That(After(seconds), Is.Not.EqualTo(first));
        Assert.That(After(-0.001), Is.Not.EqualTo(first));
    }

    [TestCase(0.999)]
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(604_800.001)]
    public void At_WhenTheLifetimeIsOutOfBounds_Throws(double seconds) =>
        Assert.That(() => SigningWindow.At(s_noon, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(900)), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void At_ForGeneratedInput_KeepsThePromisedLifetime()
    {
        var random = new Random(20261122);
        for (var i = 0; i < Cases; i++)
        {
            var now = DateTimeOffset.UnixEpoch.AddMilliseconds(random.NextInt64(0, 4_000_000_000_000));
            var lifetime = TimeSpan.FromMilliseconds(random.Next(3) switch
            {
                0 => random.Next(1000, 10_000),
                1 => random.Next(604_800_000 - 90_000_000, 604_800_000 + 1),
                _ => random.Next(1000, 604_800_000),
            });
            var window = TimeSpan.FromSeconds(random.Next(3) == 0 ? random.Next(0, 5) : random.Next(0, 86_401));

            var at = SigningWindow.At(now, lifetime, window);

            var remains = at.ExpiresAt - now;
            // Seven days cannot be exceeded, so there the started second is lost.
            var promised = lifetime > TimeSpan.FromSeconds(604_799) ? TimeSpan.FromSeconds(604_799) : lifetime;
            if (remains < promised || at.SignedAt > now || at.SignedAt.Millisecond != 0 || at.LifeSeconds > 604_800
                || remains > lifetime + window + TimeSpan.FromSeconds(2))
            {
                Assert.Fail($"case {i}: now {now:O}, lifetime {lifetime}, window {window}: {at}, remains {remains}");
            }
        }
    }
}
