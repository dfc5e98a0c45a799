using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Unit")]
internal sealed class DatabaseTimeTests
{
    private readonly FakeTimeProvider _clock = new(AReference.Time);

    [TestCase(3600)]
    [TestCase(-3600)]
    public void Follow_WhenTheDatabaseDiffers_TakesOverItsTime(int seconds)
    {
        var time = new DatabaseTime(_clock);

        Assert.That(time.Follow(AReference.Time.AddSeconds(seconds), TimeSpan.FromSeconds(2)), Is.True);
        Assert.That(time.GetUtcNow(), Is.EqualTo(AReference.Time.AddSeconds(seconds + 1)), "the response took a second");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(time.GetUtcNow(), Is.EqualTo(AReference.Time.AddSeconds(seconds + 6)));
    }

    [Test]
    public void Follow_WhenTheDifferenceMayBeTheRoundTrip_ChangesNothing()
    {
        var time = new DatabaseTime(_clock);
        time.Follow(AReference.Time.AddHours(1), TimeSpan.Zero);

        Assert.That(time.Follow(AReference.Time.AddHours(1).AddSeconds(0.4), TimeSpan.FromSeconds(1)), Is.False);
        Assert.That(time.Offset, Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [TestCase(300)]
    [TestCase(-300)]
    public void GetUtcNow_WhenTheClockOfTheMachineStepsBetweenRenewals_CountsOn(int seconds)
    {
        var clock = new ShiftedClock();
        var time = new DatabaseTime(clock);
        var now = clock.GetUtcNow();
        time.Follow(now, TimeSpan.FromSeconds(1));

        clock.Offset = TimeSpan.FromSeconds(seconds);

        Assert.That(time.GetUtcNow(), Is.EqualTo(now).Within(TimeSpan.FromSeconds(30)));
        Assert.That(time.Follow(now, TimeSpan.FromSeconds(1)), Is.True, "for the log");
        Assert.That(time.Offset, Is.EqualTo(TimeSpan.FromSeconds(-seconds)).Within(TimeSpan.FromSeconds(30)));
    }
}
