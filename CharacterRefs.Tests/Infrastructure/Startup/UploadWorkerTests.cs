using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Unit")]
internal sealed class UploadWorkerTests
{
    [Test]
    public async Task Start_WhenRequestsOfADeadProcessLeftOrders_TakesThemUpAtOnceAndOnce()
    {
        var scene = new ReferenceScene();
        var asked = new List<DateTimeOffset>();
        var isRepeated = new TaskCompletionSource();
        scene.Reachability.IsReachable.Returns(true);
        scene.Catalog.ListDeletedCopiesAsync(default, default).ReturnsForAnyArgs([]);
        scene.Catalog.ListDueCopiesAsync(default, default, default).ReturnsForAnyArgs(call =>
        {
            asked.Add(call.Arg<DateTimeOffset>());
            if (asked.Count == 2)
            {
                isRepeated.TrySetResult();
            }

            // A full batch is followed by the next without a pause.
            return Enumerable.Repeat(AReference.Ordered(AReference.Uploaded()), asked.Count == 1 ? call.Arg<int>() : 0).ToList<CharacterReference>();
        });
        using var worker = new UploadWorker(
            scene.Catalog, scene.Store, scene.StoreOne, scene.Reachability, scene.Storage, scene.Clock, NullLogger<UploadWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await isRepeated.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await worker.StopAsync(CancellationToken.None);

        var now = scene.Clock.GetUtcNow();
        Assert.That(asked.Take(2), Is.EqualTo([now + PendingUploads.FirstTry, now]));
    }

    [Test]
    public async Task Start_WhenTheStoreKeepsADeletedCopy_RemovesTheOthersAndAsksAgainLater()
    {
        var scene = new ReferenceScene();
        var isRemoved = new TaskCompletionSource();
        PendingRemoval[] copies = [Deleted(), Deleted()];
        scene.Catalog.ListDueCopiesAsync(default, default, default).ReturnsForAnyArgs([]);
        scene.Catalog.ListDeletedCopiesAsync(default, default).ReturnsForAnyArgs(copies);
        scene.Store.DeleteAsync(copies[0].Key, Arg.Any<CancellationToken>())
            .ThrowsAsync(new AssetStoreUnavailableException("Not allowed.", AssetStoreFault.Refused));
        scene.Catalog.When(catalog => catalog.RecordCopyRemovedAsync(copies[1].Id, Arg.Any<CancellationToken>())).Do(_ => isRemoved.TrySetResult());
        using var worker = new UploadWorker(
            scene.Catalog, scene.Store, scene.StoreOne, scene.Reachability, scene.Storage, scene.Clock, NullLogger<UploadWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await isRemoved.Task.WaitAsync(TimeSpan.FromSeconds(30));
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await worker.StopAsync(CancellationToken.None);

        await scene.Catalog.Received(1).ListDeletedCopiesAsync(Arg.Any<int>(), Arg.Any<CancellationToken>());
        await scene.Catalog.DidNotReceive().RecordCopyRemovedAsync(copies[0].Id, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task Start_WhenOtherBytesStandUnderADeletedKey_LeavesThem()
    {
        var scene = new ReferenceScene();
        var isDone = new TaskCompletionSource();
        var copy = Deleted();
        scene.Catalog.ListDueCopiesAsync(default, default, default).ReturnsForAnyArgs([]);
        scene.Catalog.ListDeletedCopiesAsync(default, default).ReturnsForAnyArgs([copy]);
        scene.Store.FindAsync(copy.Key, Arg.Any<CancellationToken>()).Returns(
            new AssetMetadata(copy.Key, 3, "image/png", ContentHash.Parse(new string('a', 64)), AReference.Time));
        scene.Catalog.When(catalog => catalog.RecordCopyRemovedAsync(copy.Id, Arg.Any<CancellationToken>())).Do(_ => isDone.TrySetResult());
        using var worker = new UploadWorker(
            scene.Catalog, scene.Store, scene.StoreOne, scene.Reachability, scene.Storage, scene.Clock, NullLogger<UploadWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await isDone.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await worker.StopAsync(CancellationToken.None);

        await scene.Store.DidNotReceiveWithAnyArgs().DeleteAsync(default!, default);
    }

    private static PendingRemoval Deleted() =>
        AReference.Ordered(AReference.Uploaded()) is { RemoteCopy: { } copy } reference ? new PendingRemoval(reference.Id, copy.Key, reference.Sha256) : throw new InvalidOperationException();
}
