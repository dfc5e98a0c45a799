using System.Text;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.Sets;

[Category("Unit")]
internal sealed class ManifestStoreTests
{
    private readonly IAssetStore _store = Substitute.For<IAssetStore>();
    private byte[]? _stored;

    public ManifestStoreTests()
    {
        _store.TryReplaceAsync(default!, default!, default!, default).ReturnsForAnyArgs<Task<AssetTag?>>(async call =>
        {
            await using var content = await call.Arg<AssetContent>().OpenAsync(default);
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            _stored = copy.ToArray();
            return AssetTag.Unknown;
        });
        _store.OpenReadAsync(AssetLayout.JobManifest(AJobAsset.Job), null, default).ReturnsForAnyArgs(_ => _stored is null
            ? null
            : new OpenAsset(new AssetMetadata(
                AssetLayout.JobManifest(AJobAsset.Job), _stored.Length, "application/json", null, AJobAsset.Noon), new MemoryStream(_stored), _stored.Length));
    }

    [Test]
    public async Task Write_WhenReadAgain_IsTheSame()
    {
        var kept = AJobAsset.At("final/movie_v10.mp4");
        var manifest = new JobManifest(
            AJobAsset.Job,
            AJobAsset.Noon,
            [AJobAsset.At("final/movie.mp4"), AJobAsset.At("scenes/日本 \"1\".mp4", 3) with { Key = AssetLayout.JobIncoming(AJobAsset.Job, kept.Sha256) }],
            [new JobAssetVersion(AJobAsset.PathOf("final/movie.mp4"), 10, kept), AJobAsset.VersionOf("metadata.json", 2)])
        {
            Leftovers = [AssetLayout.JobIncoming(AJobAsset.Job, kept.Sha256)],
        };

        await new ManifestStore(_store).WriteAsync(manifest, default);
        var read = (await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(read.RefusedPaths, Is.Empty);
        Assert.That(read.Files, Is.EqualTo(manifest.Files));
        Assert.That(read.Versions, Is.EqualTo(manifest.Versions));
        Assert.That(read.Leftovers, Is.EqualTo(manifest.Leftovers));
        Assert.That(read.StoredAt, Is.EqualTo(manifest.StoredAt));
    }

    [Test]
    public async Task Find_WhenThereIsNone_ReturnsNotFound() =>
        Assert.That((await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{ \"format_version\": 1, \"job_id\": \"job-1\", \"stored_at\": \"2026-11-22T12:00:00Z\", \"files\": null }")]
    [TestCase("{ \"format_version\": 2, \"job_id\": \"job-1\", \"stored_at\": \"2026-11-22T12:00:00Z\", \"files\": [] }")]
    [TestCase("{ \"format_version\": 1, \"job_id\": \"job-2\", \"stored_at\": \"2026-11-22T12:00:00Z\", \"files\": [] }")]
    public async Task Find_WhenItIsNotValid_ReturnsConflict(string json)
    {
        _stored = Encoding.UTF8.GetBytes(json);

        Assert.That((await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [TestCase("{bad", "It is no manifest, near line 1, byte 2.")]
    [TestCase("{ \"format_version\": 1, \"job_id\": \"job-1\",\n\"stored_at\": \"2026-11-22T12:00:00Z\", \"files\": [ { \"path\": null",
        "It is no manifest at $.files[0].path, near line 2, byte 63.")]
    [TestCase("{ \"format_version\": 1 }", "It is no manifest, near line 1, byte 24.")]
    [TestCase("{ \"format_version\": 2, \"job_id\": \"job-1\", \"stored_at\": \"2026-11-22T12:00:00Z\", \"files\": [], \"versions\": [] }",
        "Its format_version is 2; known: 1.")]
    public async Task Find_WhenItIsNotValid_ReportsThePositionWithoutTypeNames(string json, string expected)
    {
        _stored = Encoding.UTF8.GetBytes(json);

        var detail = (await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Error!.Detail;

        Assert.That(detail, Does.Contain(expected).And.Not.Contain("CharacterRefs.").And.Not.Contain("System."));
    }

    [TestCase("final/movie.mp4", "../movie.mp4", null)]
    [TestCase("final/movie.mp4", "/etc/passwd", null)]
    [TestCase("final/movie.mp4", "scenes/../../x", null)]
    [TestCase("videos/job-1/final/movie.mp4", null, "videos/job-2/final/movie.mp4")]
    [TestCase("videos/job-1/final/movie.mp4", null, "videos/job-1/../job-2/final/movie.mp4")]
    [TestCase("videos/job-1/final/movie.mp4", null, "character_references/movie.mp4")]
    public async Task Find_WhenAnEntryIsOutsideTheJob_RejectsAndReportsIt(string written, string? path, string? key)
    {
        await new ManifestStore(_store)
            .WriteAsync(new JobManifest(AJobAsset.Job, AJobAsset.Noon, [AJobAsset.At("audio/a.mp3"), AJobAsset.At("final/movie.mp4")], []), default);
        _stored = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_stored!).Replace($"\"{written}\"", $"\"{path ?? key}\"", StringComparison.Ordinal));

        var read = (await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(read.RefusedPaths, Is.EqualTo(new[] { path ?? "final/movie.mp4" }));
        Assert.That(read.Files.Select(file => file.Path.Value), Is.EqualTo(new[] { "audio/a.mp3" }));
    }

    [Test]
    public async Task Find_WhenAPathOccursTwice_RejectsTheSecond()
    {
        await new ManifestStore(_store)
            .WriteAsync(new JobManifest(AJobAsset.Job, AJobAsset.Noon, [AJobAsset.At("audio/a.mp3"), AJobAsset.At("audio/b.mp3")], []), default);
        _stored = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(_stored!).Replace("audio/b.mp3\",\n      \"role", "audio/a.mp3\",\n      \"role", StringComparison.Ordinal));

        var read = (await new ManifestStore(_store).FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(read.RefusedPaths, Is.EqualTo(new[] { "audio/a.mp3" }));
        Assert.That(read.Files, Has.Count.EqualTo(1));
    }
}
