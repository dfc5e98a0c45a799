using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class UploadRetryTests
{
    [TestCase(0, 0.0, 0.5)]
    [TestCase(0, 1.0, 1.0)]
    [TestCase(3, 1.0, 8.0)]
    [TestCase(3, 0.0, 4.0)]
    [TestCase(9, 1.0, 300.0)]
    [TestCase(1000, 1.0, 300.0)]
    public void Backoff_WhenAttemptsFail_DoublesUpToFiveMinutes(int attempts, double jitter, double seconds) =>
        Assert.That(UploadRetry.Backoff(attempts, jitter), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void Schedule_WhenAnAttemptFailed_RecordsTheCauseAndTheNextAttempt()
    {
        var copy = AReference.Pending().RemoteCopy! with { Attempts = 3 };

        var failed = UploadRetry.Schedule(copy, "the store is down", AReference.Time);

        Assert.That((failed.State, failed.Attempts, failed.LastError), Is.EqualTo((RemoteCopyState.Pending, 4, "the store is down")));
        Assert.That((failed.NextAttemptAt - AReference.Time).TotalSeconds, Is.InRange(4, 8));
    }
}
