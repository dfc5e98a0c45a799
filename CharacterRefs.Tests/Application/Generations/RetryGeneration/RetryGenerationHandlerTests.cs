using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.RetryGeneration;

[Category("Unit")]
internal sealed class RetryGenerationHandlerTests
{
    [Test]
    public async Task HandleAsync_WhenSlotsFailed_RetriesThemWithTheirSeeds()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[1] = slot => slot.FailAsync(ErrorKind.UpstreamFailed);
        scene.Generator.Scripts[3] = slot => slot.FailAsync(ErrorKind.GenerationRejected);
        var first = await scene.RunAsync(GenerationScene.Command(4, seed: 10));
        var failed = first.Slots.Where(slot => slot.Error is not null).ToList();

        var started = (await scene.Retry.HandleAsync(first.Id, null, default)).Value!;
        var second = await scene.EndAsync(started.Generation);

        Assert.That(second.RetriedFrom, Is.EqualTo(first.Id));
        Assert.That(second.Slots.Select(slot => (slot.Index, slot.Seed)), Is.EqualTo(failed.Select((slot, index) => (index, slot.Seed))));
        Assert.That(second.Slots.Select(slot => slot.ImageId).Intersect(first.Slots.Select(slot => slot.ImageId)), Is.Empty);
        Assert.That((second.Prompt, second.Model, second.Status), Is.EqualTo((first.Prompt, first.Model, GenerationStatus.Succeeded)));
    }

    [Test]
    public async Task HandleAsync_WhenItStillRuns_IsAConflict()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        var begun = (await scene.BeginAsync()).Value!.Generation;

        Assert.That((await scene.Retry.HandleAsync(begun.Id, null, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [Test]
    public async Task HandleAsync_WhenNothingFailed_IsAConflict()
    {
        await using var scene = new GenerationScene();
        var first = await scene.RunAsync();

        Assert.That((await scene.Retry.HandleAsync(first.Id, null, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [Test]
    public async Task HandleAsync_WhenItsModelIsNoLongerAllowed_IsTheErrorOfARequestThatNamesIt()
    {
        var ledger = new MemoryLedger();
        await using var before = new GenerationScene { Ledger = ledger };
        before.Generator.Scripts[0] = slot => slot.FailAsync(ErrorKind.UpstreamFailed);
        var first = await before.RunAsync();
        await using var scene = new GenerationScene { Ledger = ledger, Settings = ReferenceScene.Settings with { AllowedModels = ["owner/default"] } };

        var retried = await scene.Retry.HandleAsync(first.Id, null, default);
        var requested = await scene.BeginAsync(GenerationScene.Command() with { Model = first.Model });

        Assert.That(retried.Error, Is.EqualTo(requested.Error).And.Property("Field").EqualTo("model"));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNone_IsNotFound()
    {
        await using var scene = new GenerationScene();

        Assert.That((await scene.Retry.HandleAsync(AGeneration.Of(1).Id, null, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }
}
