using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Uploads;

[Category("Unit")]
internal sealed class RemovalRoundTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task RunAsync_WhenTheStoreRejectsOneRemoval_RemovesTheOthersAndRetriesLater()
    {
        PendingRemoval[] removals = [Removal(), Removal()];
        _scene.Queue.ListRemovalsAsync(default, default).ReturnsForAnyArgs(removals);
        _scene.Store.DeleteAsync(removals[0].Key, Arg.Any<CancellationToken>())
            .ThrowsAsync(new AssetStoreUnavailableException("Not allowed.", AssetStoreFault.Rejected));
        var round = Round();

        await round.RunAsync(CancellationToken.None);
        _scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await round.RunAsync(CancellationToken.None);

        await _scene.Queue.Received(1).ListRemovalsAsync(Arg.Any<int>(), Arg.Any<CancellationToken>());
        await _scene.Queue.Received(1).CompleteRemovalAsync(removals[1], Arg.Any<CancellationToken>());
        await _scene.Queue.DidNotReceive().CompleteRemovalAsync(removals[0], Arg.Any<CancellationToken>());

        _scene.Clock.Advance(TimeSpan.FromSeconds(28));
        await round.RunAsync(CancellationToken.None);

        await _scene.Queue.Received(2).ListRemovalsAsync(Arg.Any<int>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task RunAsync_WhenOtherBytesExistAtTheKey_KeepsThem()
    {
        var removal = Removal();
        _scene.Queue.ListRemovalsAsync(default, default).ReturnsForAnyArgs([removal]);
        _scene.Store.FindAsync(removal.Key, Arg.Any<CancellationToken>()).Returns(
            new AssetMetadata(removal.Key, 3, "image/png", ContentHash.Parse(new string('a', 64)), AReference.Time));

        await Round().RunAsync(CancellationToken.None);

        await _scene.Queue.Received(1).CompleteRemovalAsync(removal, Arg.Any<CancellationToken>());
        await _scene.Store.DidNotReceiveWithAnyArgs().DeleteAsync(default!, default);
    }

    [Test]
    public async Task RunAsync_WhenItIsTheDutyOfAnotherNode_RemovesNothing()
    {
        _scene.Queue.ListRemovalsAsync(default, default).ReturnsForAnyArgs([Removal()]);

        await Round(Substitute.For<ICatalogNode>()).RunAsync(CancellationToken.None);

        await _scene.Store.DidNotReceiveWithAnyArgs().DeleteAsync(default!, default);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_WhenThisNodeDoesNotReachTheStore_GivesTheDutyUp(bool isKnown)
    {
        var node = Substitute.For<ICatalogNode>();
        node.TryTakeAsync(default, default).ReturnsForAnyArgs(true);
        _scene.Queue.ListRemovalsAsync(default, default).ReturnsForAnyArgs([Removal()]);
        _scene.Reachability.IsReachable.Returns(!isKnown);
        _scene.Store.DeleteAsync(default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        await Round(node).RunAsync(CancellationToken.None);

        await node.Received(1).GiveUpAsync(NodeDuty.Removals, Arg.Any<CancellationToken>());
    }

    private RemovalRound Round(ICatalogNode? node = null) => new(
        _scene.Queue, _scene.Store, _scene.Reachability, node ?? new SingleNode(), _scene.Clock, NullLogger<RemovalRound>.Instance);

    private static PendingRemoval Removal()
    {
        var reference = AReference.Pending();
        return new PendingRemoval(reference.Id, reference.RemoteCopy!.Key, reference.Sha256);
    }
}
