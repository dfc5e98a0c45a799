using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Tests.Support;

/// <summary>Files of a job's set for tests.</summary>
internal static class AJobAsset
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static JobId Job { get; } = JobId.TryParse("job-1", out var id) ? id : default;

    public static JobAssetPath PathOf(string path) => JobAssetPath.TryParse(path, out var parsed) ? parsed
        : throw new ArgumentException($"\"{path}\" is no path of a set.", nameof(path));

    /// <summary>A kept version in its place.</summary>
    public static JobAssetVersion VersionOf(string path, int number) => new(PathOf(path), number, At(PathOf(path).ToVersion(number)));

    public static JobAsset At(string path, int minutesAfterNoon = 0) => At(PathOf(path), minutesAfterNoon);

    private static JobAsset At(JobAssetPath path, int minutesAfterNoon = 0) => new()
    {
        Path = path,
        Key = AssetLayout.JobAsset(Job, path),
        SizeBytes = path.Value.Length,
        Sha256 = ContentHash.FromDigest(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path.Value))),
        Crc32 = 0x00C0FFEE,
        MediaType = "video/mp4",
        ModifiedAt = Noon.AddMinutes(minutesAfterNoon),
        StoredAt = Noon.AddHours(1),
    };
}
