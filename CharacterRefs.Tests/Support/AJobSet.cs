using System.Security.Cryptography;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support;

/// <summary>Sets of a job with their bytes.</summary>
internal static class AJobSet
{
    /// <summary>Names that programs treat differently.</summary>
    public static readonly string[] Names =
    [
        "final/movie.mp4", "scenes/01/take 2.mp4", "audio/テーマ.mp3", "uploads/🎨 robot.png", "uploads/.hidden", "character_reference/é+%2e#?&'.webp",
        "final/" + string.Concat(Enumerable.Repeat("ü", 120)), "metadata.json",
    ];

    /// <summary>A file that consists of these bytes.</summary>
    public static JobAsset Asset(string path, byte[] bytes) => AJobAsset.At(path) with
    {
        SizeBytes = bytes.Length,
        Sha256 = ContentHash.FromDigest(SHA256.HashData(bytes)),
        Crc32 = TestImages.Crc32(bytes),
    };

    /// <summary>A manifest of these files.</summary>
    public static JobManifest Manifest(IEnumerable<JobAsset> files) =>
        new(AJobAsset.Job, AJobAsset.Noon.AddHours(1), [.. files.OrderBy(file => file.Path.Value, StringComparer.Ordinal)], []);

    /// <summary>Bytes that are not compressible and differ by the seed.</summary>
    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Stores the files and after them the manifest.</summary>
    public static async Task<JobManifest> StoreAsync(IAssetStore store, params IEnumerable<(string Path, byte[] Bytes)> files)
    {
        var assets = new List<JobAsset>();
        foreach (var (path, bytes) in files)
        {
            var asset = Asset(path, bytes);
            Assert.That(await store.SaveAsync(asset.Key, AssetContent.FromBytes(bytes, asset.MediaType), default), Is.EqualTo(SaveOutcome.Stored));
            assets.Add(asset);
        }

        var manifest = Manifest(assets);
        await new ManifestStore(store).WriteAsync(manifest, default);
        return manifest;
    }
}
