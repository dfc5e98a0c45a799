using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.References;

[Category("Unit")]
internal sealed class RemoteCopyTests
{
    private static readonly DateTimeOffset s_now = AReference.Time;

    [TestCase(0, 0.0, 0.5)]
    [TestCase(0, 1.0, 1.0)]
    [TestCase(3, 1.0, 8.0)]
    [TestCase(3, 0.0, 4.0)]
    [TestCase(9, 1.0, 300.0)]
    [TestCase(1000, 1.0, 300.0)]
    public void Failed_WhenTriedAgainAndAgain_DoublesThePauseUpToFiveMinutes(int attempts, double jitter, double seconds)
    {
        var copy = AReference.Ordered(AReference.Uploaded()).RemoteCopy! with { Attempts = attempts };

        var failed = copy.Failed("the store is down", s_now, jitter);

        Assert.That(failed.NextAttemptAt - s_now, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That((failed.State, failed.Attempts, failed.LastError), Is.EqualTo((RemoteCopyState.Pending, attempts + 1, "the store is down")));
    }

    [Test]
    public void Verified_WhenItHadFailed_ForgetsTheErrorAndKeepsTheCount()
    {
        var copy = AReference.Ordered(AReference.Uploaded()).RemoteCopy!.Failed("down", s_now, 1).Verified(s_now);

        Assert.That((copy.State, copy.Attempts, copy.LastError, copy.PersistedAt), Is.EqualTo((RemoteCopyState.Persisted, 1, default(string), (DateTimeOffset?)s_now)));
    }
}
