using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Files;

[Category("Integration")]
internal sealed class FindJobFileHandlerTests : IDisposable
{
    private static readonly JobAssetPath s_path = AJobAsset.PathOf("scenes/1.mp4");

    private readonly SetScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Test]
    public async Task Find_WhenTheFileIsUnchanged_HashesItOnce()
    {
        _scene.Workspace.Write("scenes/1.mp4", "1");
        var first = await ReadAsync();
        var reads = _scene.Workspace.Reads;

        var second = await ReadAsync();

        Assert.That((first, second), Is.EqualTo(("1", "1")));
        Assert.That(_scene.Workspace.Reads - reads, Is.EqualTo(1), "only to send it");
    }

    [Test]
    public async Task Find_WhenTheFileIsReplacedWhileItIsHashed_ReturnsTheNewBytesWithTheirHash()
    {
        _scene.Workspace.Write("scenes/1.mp4", "old");
        _scene.Workspace.Opened = _ =>
        {
            _scene.Workspace.Opened = null;
            _scene.Workspace.Write("scenes/1.mp4", "new!");
        };

        var found = (await _scene.FindFile.HandleAsync(AJobAsset.Job, s_path, default)).Value!;

        await using var content = found.Content;
        Assert.That((await new StreamReader(content).ReadToEndAsync(), found.Digest.SizeBytes), Is.EqualTo(("new!", 4L)));
    }

    [Test]
    public void Find_WhenTheFileChangesAtEveryAttempt_SaysSo()
    {
        var writes = 0;
        _scene.Workspace.Write("scenes/1.mp4", "0");
        _scene.Workspace.Opened = _ => _scene.Workspace.Write("scenes/1.mp4", $"{++writes}");

        Assert.That(
            () => _scene.FindFile.HandleAsync(AJobAsset.Job, s_path, default),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("scenes/1.mp4 changed while it was read"));
    }

    [Test]
    public async Task Find_WhenThereIsNoFile_IsNotFoundAndNamesIt()
    {
        var error = (await _scene.FindFile.HandleAsync(AJobAsset.Job, s_path, default)).Error!;

        Assert.That((error.Kind, error.Detail), Is.EqualTo(
            (ErrorKind.NotFound, $"The workspace of job {AJobAsset.Job} has no file scenes/1.mp4. If the stored set has it, restore the job.")));
    }

    private async Task<string> ReadAsync()
    {
        await using var content = (await _scene.FindFile.HandleAsync(AJobAsset.Job, s_path, default)).Value!.Content;
        return await new StreamReader(content).ReadToEndAsync();
    }
}
