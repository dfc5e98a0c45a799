using CharacterRefs.Application.Generations.FindGeneration;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.FindGeneration;

[Category("Unit")]
internal sealed class FindGenerationHandlerTests
{
    [Test]
    public async Task HandleAsync_WhenItWasRecorded_ReturnsTheRecord()
    {
        await using var scene = new GenerationScene();
        var done = await scene.RunAsync();

        var found = (await new FindGenerationHandler(scene.Ledger).HandleAsync(done.Id, default)).Value!;

        Assert.That((found.Id, found.Revision), Is.EqualTo((done.Id, done.Revision)));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNone_IsNotFoundAndNamesIt()
    {
        await using var scene = new GenerationScene();
        var id = AGeneration.Of(1).Id;

        var error = (await new FindGenerationHandler(scene.Ledger).HandleAsync(id, default)).Error;

        Assert.That(error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(error?.Detail, Does.Contain(id.ToString()));
    }
}
