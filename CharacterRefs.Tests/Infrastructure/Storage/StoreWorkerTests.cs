using CharacterRefs.Application.References.StoreReference;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class StoreWorkerTests
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
            return Enumerable.Repeat(AReference.Ordered(AReference.Uploaded()), asked.Count == 1 ? 100 : 0).ToList<CharacterReference>();
        });
        using var worker = new StoreWorker(
            scene.Catalog, scene.Store, scene.StoreOne, scene.Reachability, scene.Storage, scene.Clock, NullLogger<StoreWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await isRepeated.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await worker.StopAsync(CancellationToken.None);

        var now = scene.Clock.GetUtcNow();
        Assert.That(asked.Take(2), Is.EqualTo([now + StoreOrders.FirstTry, now]));
    }
}
