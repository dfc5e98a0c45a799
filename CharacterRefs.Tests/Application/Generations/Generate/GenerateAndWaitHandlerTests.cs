using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.Generate;

[Category("Unit")]
internal sealed class GenerateAndWaitHandlerTests
{
    [Test]
    public async Task HandleAsync_WhenOneOfTwoFails_ReturnsTheImageAndTheFailure()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[1] = slot => slot.FailAsync(ErrorKind.GenerationRejected);

        var result = (await RunAsync(scene, 2)).Value!;

        Assert.That(result.Generation.Status, Is.EqualTo(GenerationStatus.Partial));
        Assert.That(result.Images.Select(image => image.Reference.Id), Is.EqualTo(scene.Ledger.References.Select(reference => reference.Id)));
        Assert.That(result.Failures.Single().Error, Is.EqualTo("GenerationRejected"));
    }

    [Test]
    public async Task HandleAsync_WhenAllFail_ReturnsTheErrorOfTheFirst()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.FailAsync(ErrorKind.UpstreamTimedOut);

        Assert.That((await RunAsync(scene, 1)).Error?.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
    }

    [Test]
    public async Task HandleAsync_WhenItCannotStart_ReturnsTheObstacle()
    {
        await using var scene = new GenerationScene { AvailableBytes = 0 };

        Assert.That((await RunAsync(scene, 1)).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(scene.Ledger.All, Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenTheCallerGivesUp_LeavesTheGenerationRunning()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        using var leaving = new CancellationTokenSource();
        var waiting = Of(scene).HandleAsync(GenerationScene.Command(), leaving.Token);

        await leaving.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(scene.Ledger.All.Single().IsFinal, Is.False);
    }

    private static GenerateAndWaitHandler Of(GenerationScene scene) =>
        new(scene.Generate, scene.Watch, new GenerationImages(scene.References.Catalog, scene.References.Locator));

    private static Task<Result<GeneratedReferences>> RunAsync(GenerationScene scene, int numImages)
    {
        scene.References.Catalog.FindManyAsync(default!, default)
            .ReturnsForAnyArgs(_ => (IReadOnlyDictionary<CharacterReferenceId, CharacterReference>)scene.Ledger.References.ToDictionary(row => row.Id));
        return Of(scene).HandleAsync(GenerationScene.Command(numImages), CancellationToken.None);
    }
}
