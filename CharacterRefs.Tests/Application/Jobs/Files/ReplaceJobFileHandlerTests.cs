using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Files;

[Category("Integration")]
internal sealed class ReplaceJobFileHandlerTests : IDisposable
{
    private const long Limit = 1 << 20;

    private static readonly JobAssetPath s_path = AJobAsset.PathOf("scenes/1.mp4");

    private readonly SetScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Test]
    public async Task Replace_WhenTheAnnouncedLengthIsTooLong_ReadsNothing()
    {
        using var content = new MemoryStream("x"u8.ToArray());

        var error = (await _scene.ReplaceFile.HandleAsync(new ReplaceJobFileCommand(AJobAsset.Job, s_path, content, Limit + 1, null), default)).Error!;

        Assert.That((error.Kind, content.Position), Is.EqualTo((ErrorKind.PayloadTooLarge, 0L)));
    }

    [Test]
    public async Task Replace_WhenTheLengthIsExactlyTheLimit_IsWritten()
    {
        using var content = new MemoryStream(new byte[Limit]);

        var file = (await _scene.ReplaceFile.HandleAsync(new ReplaceJobFileCommand(AJobAsset.Job, s_path, content, null, null), default)).Value!;

        Assert.That((file.SizeBytes, file.IsNew, _scene.Workspace.Find(s_path)!.SizeBytes), Is.EqualTo((Limit, true, Limit)));
    }

    [Test]
    public async Task Replace_WhenTheHashIsAnother_KeepsTheFileAndLeavesNothing()
    {
        _scene.Workspace.Write("scenes/1.mp4", "previous");
        using var content = new MemoryStream("changed"u8.ToArray());
        var announced = ContentHash.Parse(new string('a', 64));

        var error = (await _scene.ReplaceFile.HandleAsync(new ReplaceJobFileCommand(AJobAsset.Job, s_path, content, null, announced), default)).Error!;

        Assert.That((error.Kind, error.Field), Is.EqualTo((ErrorKind.ValidationError, "Content-Digest")));
        Assert.That(File.ReadAllText(_scene.Workspace.PathOf("scenes/1.mp4")), Is.EqualTo("previous"));
        Assert.That(_scene.Workspace.Staged, Is.Empty);
    }
}
