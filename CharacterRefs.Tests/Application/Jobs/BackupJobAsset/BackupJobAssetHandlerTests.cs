using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.BackupJobAsset;

[Category("Integration")]
internal sealed class BackupJobAssetHandlerTests
{
    [Test]
    public async Task Backup_WhenTheFileIsInTheSet_KeepsItUnderTheNextNumberAndOnce()
    {
        using var scene = new SetScene(limit: 2);
        for (var i = 0; i < 3; i++)
        {
            scene.Workspace.Write("metadata.json", $"{i}");
            await scene.PersistAsync();
        }

        var backup = (await scene.BackupAsync("metadata.json")).Value!;
        var again = (await scene.BackupAsync("metadata.json")).Value!;

        Assert.That((backup.Version.Of.Value, backup.Version.Asset.Path.Value, backup.Version.Number), Is.EqualTo(("metadata.json", "metadata_v3.json", 3)));
        Assert.That(backup.Url.Url, Does.Contain("videos/job-1/intermediate/metadata_v3.json"));
        Assert.That(await scene.TextAsync(backup.Version.Asset.Key), Is.EqualTo("2"));
        Assert.That(again.Version, Is.EqualTo(backup.Version));
        Assert.That(await scene.VersionsAsync("metadata.json"), Is.EqualTo([1, 2, 3]), "the versions of what was replaced stay");
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Backup_WhenNoVersionsAreKept_ReturnsConflictWithTheVariable()
    {
        using var scene = new SetScene(limit: 0);

        var error = (await scene.BackupAsync("final/movie.mp4")).Error;

        Assert.That(error, Has.Property("Kind").EqualTo(ErrorKind.Conflict).And.Property("Detail").Contains("ASSET_BACKUP_LIMIT"));
    }

    [Test]
    public async Task Backup_WhenThereIsNoSetOrNoSuchFileOrNoBytes_IsNotFound()
    {
        using var scene = new SetScene();
        Assert.That((await scene.BackupAsync("final/movie.mp4")).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

        scene.Workspace.Write("final/movie.mp4", "movie");
        await scene.PersistAsync();
        Assert.That((await scene.BackupAsync("final/other.mp4")).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

        await scene.Store.DeleteAsync(AssetKey.Parse("videos/job-1/final/movie.mp4"), default);
        Assert.That(
            (await scene.BackupAsync("final/movie.mp4")).Error, Has.Property("Kind").EqualTo(ErrorKind.NotFound).And.Property("Detail").Contains("Repair"));
        Assert.That((await scene.ManifestAsync())!.Versions, Is.Empty);
    }
}
