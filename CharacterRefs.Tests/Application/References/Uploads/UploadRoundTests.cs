using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class UploadRoundTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task RunAsync_WhenRequestsOfADeadProcessLeftUploads_AttemptsThemInTheFirstRoundOnly()
    {
        var requestedAt = new List<DateTimeOffset>();
        _scene.Queue.ClaimDueAsync(default, default, default, default).ReturnsForAnyArgs(call =>
        {
            requestedAt.Add(call.ArgAt<DateTimeOffset>(0));
            return Enumerable.Repeat(AReference.Pending(), requestedAt.Count == 1 ? call.Arg<int>() : 0).ToList<CharacterReference>();
        });
        var round = Round();

        Assert.That(
            (await round.RunAsync(CancellationToken.None), await round.RunAsync(CancellationToken.None)),
            Is.EqualTo(((DateTimeOffset?)DateTimeOffset.MinValue, (DateTimeOffset?)null)),
            "a full batch has more");

        var now = _scene.Clock.GetUtcNow();
        Assert.That(requestedAt, Is.EqualTo([now + UploadIntake.RequestLead, now]));
    }

    private UploadRound Round() => new(_scene.Queue, _scene.Attempt, _scene.Reachability, _scene.Storage, _scene.Clock);
}
