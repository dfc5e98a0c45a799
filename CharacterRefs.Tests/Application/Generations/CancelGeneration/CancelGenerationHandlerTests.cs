using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.CancelGeneration;

[Category("Unit")]
internal sealed class CancelGenerationHandlerTests
{
    [Test]
    public async Task HandleAsync_WhenItIsFinal_ChangesNothing()
    {
        await using var scene = new GenerationScene();
        var done = await scene.RunAsync();

        var canceled = (await scene.Cancel.HandleAsync(done.Id, default)).Value!;

        Assert.That((canceled.Status, canceled.Revision), Is.EqualTo((GenerationStatus.Succeeded, done.Revision)));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNone_IsNotFound()
    {
        await using var scene = new GenerationScene();

        Assert.That((await scene.Cancel.HandleAsync(AGeneration.Of(1).Id, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }
}
