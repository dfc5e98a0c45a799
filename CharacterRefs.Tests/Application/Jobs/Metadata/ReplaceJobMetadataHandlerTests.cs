using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Metadata;

[Category("Integration")]
internal sealed class ReplaceJobMetadataHandlerTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Replace_WhenThereIsNoSet_IsReadFromTheWorkspace()
    {
        var hash = await ReplaceAsync("{ \"a\": 1 }");

        Assert.That(await ReadAsync(), Is.EqualTo(("{ \"a\": 1 }", hash)));
        Assert.That(await _scene.ManifestAsync(), Is.Null);
    }

    [Test]
    public async Task Replace_WhenThereIsASet_ReplacesItThereTooAndKeepsTheOldOne()
    {
        _scene.Workspace.Write("metadata.json", "{}");
        await _scene.PersistAsync();

        var hash = await ReplaceAsync("{ \"a\": 1 }");

        Assert.That((await _scene.ReadSetAsync())["metadata.json"], Is.EqualTo("{ \"a\": 1 }"));
        Assert.That(await _scene.VersionsAsync("metadata.json"), Is.EqualTo([1]));
        Assert.That(await _scene.TextAsync(AssetKey.Parse("videos/job-1/intermediate/metadata_v1.json")), Is.EqualTo("{}"));
        await _scene.AssertTidyAsync();
        Assert.That((await _scene.PersistAsync()).Skipped, Is.EqualTo(["metadata.json"]));

        _scene.Workspace.Write("metadata.json", "not stored yet");
        Assert.That(await ReadAsync(), Is.EqualTo(("{ \"a\": 1 }", hash)));
    }

    [Test]
    public async Task Replace_WhenTheSetHasNone_AddsItAndTheSameAgainChangesNothing()
    {
        _scene.Workspace.Write("scenes/1.mp4", "1");
        await _scene.PersistAsync();
        await ReplaceAsync("{}");
        var manifest = await _scene.ManifestAsync();

        await ReplaceAsync("{}");

        Assert.That((await _scene.ReadSetAsync()).Keys, Is.EquivalentTo(["metadata.json", "scenes/1.mp4"]));
        Assert.That((await _scene.ManifestAsync())!.StoredAt, Is.EqualTo(manifest!.StoredAt));
    }

    [Test]
    public async Task Replace_WhenTheStoredOneIsDamagedAndTheSameIsPut_ReplacesIt()
    {
        _scene.Workspace.Write("scenes/1.mp4", "1");
        await _scene.PersistAsync();
        await ReplaceAsync("""{"v":1}""");
        FileDamage.Flip(_scene.FileOf("videos/job-1/intermediate/metadata.json"));

        await ReplaceAsync("""{"v":1}""");

        Assert.That((await _scene.ReadSetAsync())["metadata.json"], Is.EqualTo("""{"v":1}"""));
    }

    [Test]
    public async Task Replace_WhenThereIsNoManifest_KeepsTheNewestVersions([Values(0, 1, 2)] int limit)
    {
        using var scene = new SetScene(limit);
        scene.PutForeign("videos/job-1/intermediate/metadata.json", "{}"u8.ToArray());
        scene.PutForeign("videos/job-1/intermediate/metadata_v3.json", "of another program"u8.ToArray());

        foreach (var json in new[] { "[1]", "[2]", "[2]", "[3]" })
        {
            Assert.That((await scene.ReplaceMetadata.HandleAsync(AJobAsset.Job, Encoding.UTF8.GetBytes(json), default)).Error, Is.Null);
        }

        var kept = new List<string?>();
        for (var number = 1; number <= 7; number++)
        {
            kept.Add(await scene.TextAsync(AssetKey.Parse($"videos/job-1/intermediate/metadata_v{number}.json")));
        }

        string?[] versions = ["{}", "[1]", "[2]"];
        Assert.That(kept.OfType<string>(), Is.EqualTo(["of another program", .. versions.TakeLast(limit)]));
        Assert.That(await scene.TextAsync(AssetKey.Parse("videos/job-1/intermediate/metadata.json")), Is.EqualTo("[3]"));
        Assert.That((await scene.Sets.FindAsync(AJobAsset.Job, default)).Value!.Ignored, Does.Contain("metadata_v3.json"));
    }

    [Test]
    public async Task Replace_WhenTheStoreIsDown_LeavesTheSetAsItIsAndTheNextPersistTakesIt()
    {
        _scene.Workspace.Write("metadata.json", "{}");
        await _scene.PersistAsync();
        _scene.Store.FailAt = _scene.Store.Calls.Count + 2;

        await Assert.ThatAsync(() => ReplaceAsync("{ \"a\": 1 }"), Throws.TypeOf<AssetStoreUnavailableException>());

        _scene.Store.FailAt = int.MaxValue;
        Assert.That((await _scene.ReadSetAsync())["metadata.json"], Is.EqualTo("{}"));
        Assert.That((await _scene.PersistAsync()).Uploaded, Is.EqualTo(["metadata.json"]));
        Assert.That((await _scene.ReadSetAsync())["metadata.json"], Is.EqualTo("{ \"a\": 1 }"));
    }

    private async Task<ContentHash?> ReplaceAsync(string json) =>
        (await _scene.ReplaceMetadata.HandleAsync(AJobAsset.Job, Encoding.UTF8.GetBytes(json), default)).Value;

    private async Task<(string Text, ContentHash? Hash)> ReadAsync()
    {
        var found = (await _scene.FindMetadata.HandleAsync(AJobAsset.Job, default)).Value!;
        using var reader = new StreamReader(found.Content);
        return (await reader.ReadToEndAsync(), found.Sha256);
    }
}
