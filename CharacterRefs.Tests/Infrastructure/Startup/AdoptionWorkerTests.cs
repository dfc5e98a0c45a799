using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Unit")]
internal sealed class AdoptionWorkerTests
{
    [Test]
    public async Task Worker_WhenAFileIsPutThereWhileTheServiceRuns_AdoptsItInALaterRound()
    {
        var scene = new ReferenceScene();
        var lookUps = 0;
        var adopted = new TaskCompletionSource<CharacterReferenceId>();
        scene.Catalog.LookUpAsync(default!, default).ReturnsForAnyArgs(_ => new Dictionary<CharacterReferenceId, CatalogState>());
        scene.Catalog.ReadAllAsync(default).ReturnsForAnyArgs(AsyncEnumerable.Empty<CharacterReference>());
        scene.Catalog.When(catalog => catalog.TryAddAsync(Arg.Any<CharacterReference>(), Arg.Any<CancellationToken>()))
            .Do(call => adopted.TrySetResult(call.Arg<CharacterReference>().Id));
        scene.Files.HashAsync(default!, default).ReturnsForAnyArgs(AReference.Uploaded().Sha256);
        var id = AReference.NewId();
        var file = new PublishedFile(id, ImageFormat.Jpeg, new LocalFile($"/data/{id}.jpg", 10, scene.Clock.GetUtcNow().AddSeconds(1)));
        scene.Files.List().Returns(_ => ++lookUps == 1 ? [] : [file]);
        using var worker = new AdoptionWorker(scene.Adoption, scene.Files, scene.Clock, NullLogger<AdoptionWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await Condition.UntilAsync(() =>
        {
            scene.Clock.Advance(TimeSpan.FromMinutes(1));
            return adopted.Task.IsCompleted;
        });

        Assert.That(await adopted.Task, Is.EqualTo(id));
        await worker.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Worker_WhenTheDiskFails_LogsTheCauseWithoutATrace()
    {
        var scene = new ReferenceScene();
        var isListed = new TaskCompletionSource();
        var fault = new LocalStorageException("The disk failed.", new IOException("No such device"));
        scene.Files.When(files => files.RemoveAbandonedStaging()).Do(_ => throw fault);
        scene.Files.When(files => files.List()).Do(_ => isListed.TrySetResult());
        using var log = new CapturedLog();
        using var worker = new AdoptionWorker(scene.Adoption, scene.Files, scene.Clock, log.Of<AdoptionWorker>());

        await worker.StartAsync(CancellationToken.None);
        await Condition.UntilAsync(() =>
        {
            scene.Clock.Advance(TimeSpan.FromMinutes(1));
            return isListed.Task.IsCompleted;
        });

        await worker.StopAsync(CancellationToken.None);
        Assert.That(log.Lines, Has.Some.Contain("The disk failed. (No such device)").And.None.Contain("   at "));
    }
}
