using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.References;

[Category("Unit")]
internal sealed class RemoteCopyTests
{
    private static readonly DateTimeOffset s_now = AReference.Time;

    [Test]
    public void Failed_WhenAnAttemptFailed_CountsItAndKeepsTheCause()
    {
        var failed = AReference.Pending().RemoteCopy!.Failed("the store is down", s_now.AddSeconds(4));

        Assert.That(
            (failed.State, failed.Attempts, failed.LastError, failed.NextAttemptAt),
            Is.EqualTo((RemoteCopyState.Pending, 1, "the store is down", s_now.AddSeconds(4))));
    }

    [Test]
    public void Verified_WhenItHadFailed_ForgetsTheErrorAndKeepsTheCount()
    {
        var copy = AReference.Pending().RemoteCopy!.Failed("down", s_now).Verified(s_now);

        Assert.That(
            (copy.State, copy.Attempts, copy.LastError, copy.PersistedAt),
            Is.EqualTo((RemoteCopyState.Persisted, 1, default(string), (DateTimeOffset?)s_now)));
    }
}
