using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Cache;

[Category("Unit")]
internal sealed class PersistedCopyCheckTests
{
    private readonly ReferenceScene _scene = new();
    private readonly List<CharacterReference> _due = [.. Enumerable.Range(0, 3).Select(_ => AReference.Persisted())];

    [SetUp]
    public void SetUp()
    {
        _scene.Queue.ListVerifiedBeforeAsync(default, default, default).ReturnsForAnyArgs(_due);
        _scene.Queue.RecordAsync(default, default, default!, default).ReturnsForAnyArgs(true);
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(call => new AssetMetadata(
            call.Arg<AssetKey>(), _due[0].SizeBytes, "image/png", _due[0].Sha256, AReference.Time));
    }

    [Test]
    public async Task RunAsync_WhenTheStoreLostACopy_QueuesItAndRecordsTheOthersAsVerified()
    {
        _scene.Store.FindAsync(_due[1].RemoteCopy!.Key, Arg.Any<CancellationToken>()).Returns(default(AssetMetadata));

        await _scene.PersistedCopyCheck.RunAsync(default);

        await _scene.Queue.Received(1).ListVerifiedBeforeAsync(AReference.Time.AddDays(-1), Arg.Any<int>(), Arg.Any<CancellationToken>());
        await _scene.Queue.Received(1).RecordAsync(
            _due[1].Id, _due[1].RemoteCopy, Arg.Is<RemoteCopy>(copy => copy.State == RemoteCopyState.Pending), Arg.Any<CancellationToken>());
        await _scene.Queue.Received(1).RecordVerifiedAsync(
            Arg.Is<IReadOnlyCollection<CharacterReferenceId>>(ids => ids.SequenceEqual(new[] { _due[0].Id, _due[2].Id })),
            AReference.Time.AddDays(-1),
            AReference.Time,
            Arg.Any<CancellationToken>());
        Assert.That(_scene.Log.Lines, Has.One.Contains("Queued the upload of 1 images again"));
    }

    [Test]
    public async Task RunAsync_WhenTheStoreFailsInBetween_RecordsOnlyWhatWasSeen()
    {
        _scene.Store.FindAsync(_due[1].RemoteCopy!.Key, Arg.Any<CancellationToken>())
            .ThrowsAsync(new AssetStoreUnavailableException("It broke.", AssetStoreFault.Unreachable));

        await _scene.PersistedCopyCheck.RunAsync(default);

        await _scene.Queue.DidNotReceiveWithAnyArgs().RecordAsync(default, default, default!, default);
        await _scene.Queue.Received(1).RecordVerifiedAsync(
            Arg.Is<IReadOnlyCollection<CharacterReferenceId>>(ids => ids.Single() == _due[0].Id),
            AReference.Time.AddDays(-1),
            AReference.Time,
            Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task RunAsync_WhenTheStoreIsUnreachable_SendsNoRequest()
    {
        _scene.Reachability.IsReachable.Returns(false);

        await _scene.PersistedCopyCheck.RunAsync(default);

        await _scene.Queue.DidNotReceiveWithAnyArgs().ListVerifiedBeforeAsync(default, default, default);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_WhenThisNodeDoesNotReachTheStore_GivesTheDutyUp(bool isKnown)
    {
        var node = Substitute.For<ICatalogNode>();
        node.TryTakeAsync(default, default).ReturnsForAnyArgs(true);
        _scene.Node = node;
        _scene.Reachability.IsReachable.Returns(!isKnown);
        _scene.Store.FindAsync(default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        await _scene.PersistedCopyCheck.RunAsync(default);

        await node.Received(1).GiveUpAsync(NodeDuty.CopyCheck, Arg.Any<CancellationToken>());
    }
}
