using System.Text;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Metadata;

[Category("Integration")]
internal sealed class FindJobMetadataHandlerTests
{
    private const string Key = "videos/job-1/intermediate/metadata.json";

    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Find_WhenThereIsNone_ReturnsNotFound() =>
        Assert.That((await _scene.FindMetadata.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

    [Test]
    public async Task Find_WhenTheSetHasIt_ReturnsThatOfTheSetWithItsHash()
    {
        var manifest = await _scene.CommitAsync("metadata.json");
        _scene.Workspace.Write("metadata.json", "of the workspace");

        Assert.That(await ReadAsync(), Is.EqualTo(("the bytes of metadata.json", (ContentHash?)manifest.Files[0].Sha256)));
    }

    [Test]
    public async Task Find_WhenTheSetHasNone_ReturnsThatOfTheWorkspace()
    {
        await _scene.CommitAsync("final/movie.mp4");
        await _scene.StoreAsync("metadata.json");
        _scene.Workspace.Write("metadata.json", "{}");

        Assert.That((await ReadAsync()).Text, Is.EqualTo("{}"));
    }

    [TestCase(null)]
    [TestCase("{")]
    public async Task Find_WhenTheManifestIsMissingOrNotValid_ReturnsTheObjectAtTheKeyOfTheLayout(string? manifest)
    {
        _scene.PutForeign(Key, "old"u8.ToArray());
        if (manifest is not null)
        {
            _scene.PutForeign(AssetLayout.JobManifest(AJobAsset.Job).Value, Encoding.UTF8.GetBytes(manifest));
        }

        Assert.That(await ReadAsync(), Is.EqualTo(("old", default(ContentHash?))));
    }

    [Test]
    public async Task Find_WhenTheFileIsMovedMeanwhile_ReadsTheManifestAgain()
    {
        var manifest = await _scene.CommitAsync("metadata.json");
        var incoming = AssetLayout.JobIncoming(AJobAsset.Job, manifest.Files[0].Sha256);
        await _scene.Manifests.WriteAsync(manifest with { Files = [manifest.Files[0] with { Key = incoming }] }, default);
        _scene.Store.Before = call =>
        {
            if (call == $"Open {incoming}")
            {
                _scene.Manifests.WriteAsync(manifest, default).GetAwaiter().GetResult();
            }
        };

        Assert.That((await ReadAsync()).Text, Is.EqualTo("the bytes of metadata.json"));
    }

    private async Task<(string Text, ContentHash? Hash)> ReadAsync()
    {
        var found = (await _scene.FindMetadata.HandleAsync(AJobAsset.Job, default)).Value!;
        using var reader = new StreamReader(found.Content);
        return (await reader.ReadToEndAsync(), found.Sha256);
    }
}
