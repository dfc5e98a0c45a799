using System.Net.Http.Json;
using CharacterRefs.Api.Startup;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Startup;

/// <summary>What other users of the machine may read of what the service creates. In processes, because a process has one umask.</summary>
[Category("Integration")]
[Platform("Unix")]
internal sealed class FilePermissionsTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [TestCase("", Owner)]
    [TestCase("027", Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute)]
    public async Task Service_WhenItCreatesFiles_GivesOthersNoPermission(string umask, UnixFileMode allowed)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("SERVE_FROM_CLOUD", "true"), ("FILE_UMASK", umask));
        using var client = await api.ConnectAsync();

        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var associated = await client.PostAsJsonAsync("/api/mv/jobs/video-1/character_references", new { image_ids = new[] { id } });
        await associated.JsonAsync();

        var created = new DirectoryInfo(directory.FullPath).GetFileSystemInfos("*", SearchOption.AllDirectories);
        Assert.That(created.Select(entry => entry.Name), Does.Contain("catalog.db").And.Contain($"{id}.png").And.Contain("video-1").And.Contain(".staging"));
        Assert.That(created.Where(entry => (entry.UnixFileMode & ~allowed) != 0).Select(entry => $"{entry.UnixFileMode} {entry.FullName}"), Is.Empty);
    }

    [TestCase("77")]
    [TestCase("rwx")]
    [TestCase("777")]
    [TestCase("080")]
    public void Umask_WhenItIsNoneOrWouldLockTheServiceOut_IsRejected(string value)
    {
        var settings = TestSettings.Of(("FILE_UMASK", value));

        FilePermissions.Read(settings);

        Assert.That(settings.Problems().Single(), Does.Contain("FILE_UMASK").And.Contain("octal"));
    }
}
