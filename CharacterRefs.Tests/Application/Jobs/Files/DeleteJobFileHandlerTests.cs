using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Files;

[Category("Integration")]
internal sealed class DeleteJobFileHandlerTests
{
    private static readonly JobAssetPath s_path = AJobAsset.PathOf("scenes/1.mp4");

    [Test]
    public async Task Remove_WhenTheFileIsInTheStoredSet_TheSetKeepsIt()
    {
        using var scene = new SetScene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();

        Assert.That(scene.RemoveFile.Handle(AJobAsset.Job, s_path).Value, Is.EqualTo(s_path));

        Assert.That(scene.Workspace.Find(s_path), Is.Null);
        Assert.That((await scene.ReadSetAsync()).Keys, Is.EqualTo(["scenes/1.mp4"]));
        Assert.That(scene.RemoveFile.Handle(AJobAsset.Job, s_path).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }
}
