using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.BackupJobAsset;

[Category("Integration")]
internal sealed class BackupJobAssetHandlerTests : IDisposable
{
    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Test]
    public async Task Backup_WhenTheFileIsInTheSet_KeepsItUnderTheNextNumberAndOnce()
    {
        var scene = Scene(limit: 2);
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
        Assert.That(await scene.VersionsAsync("metadata.json"), Is.EqualTo([2, 3]));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Backup_WhenNoVersionsAreKept_IsAConflictThatNamesTheVariable() =>
        Assert.That((await Scene(limit: 0).BackupAsync("final/movie.mp4")).Error,
            Has.Property("Kind").EqualTo(ErrorKind.Conflict).And.Property("Detail").Contains("ASSET_BACKUP_LIMIT"));

    [Test]
    public async Task Backup_WhenThereIsNoSetOrNoSuchFileOrNoBytes_IsNotFound()
    {
        var scene = Scene(limit: 1);
        Assert.That((await scene.BackupAsync("final/movie.mp4")).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

        scene.Workspace.Write("final/movie.mp4", "movie");
        await scene.PersistAsync();
        Assert.That((await scene.BackupAsync("final/other.mp4")).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

        await scene.Store.DeleteAsync(AssetKey.Parse("videos/job-1/final/movie.mp4"), default);
        Assert.That((await scene.BackupAsync("final/movie.mp4")).Error, Has.Property("Kind").EqualTo(ErrorKind.NotFound).And.Property("Detail").Contains("repair"));
        Assert.That((await scene.ManifestAsync())!.Versions, Is.Empty);
    }

    private SetScene Scene(int limit) => new(
        new LocalAssetStore(new DataRootOptions { Path = Path.Join(_root.FullPath, "data") }), new ScriptedJobsRoot(Path.Join(_root.FullPath, "jobs")), new MemoryDigests(), limit);
}
