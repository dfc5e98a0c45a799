using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support;

/// <summary>Files of a job's set for tests.</summary>
internal static class AJobAsset
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static JobId Job { get; } = JobId.TryParse("job-1", out var id) ? id : default;

    public static JobAssetPath PathOf(string path) => JobAssetPath.TryParse(path, out var parsed) ? parsed : throw new ArgumentException($"\"{path}\" is no path of a set.", nameof(path));

    public static JobAsset At(string path, int minutesAfterNoon = 0) => new()
    {
        Path = PathOf(path),
        Key = AssetLayout.JobAsset(Job, PathOf(path)),
        SizeBytes = path.Length,
        Sha256 = ContentHash.FromDigest(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path))),
        Crc32 = 0x00C0FFEE,
        MediaType = "video/mp4",
        ModifiedAt = Noon.AddMinutes(minutesAfterNoon),
        StoredAt = Noon.AddHours(1),
    };
}
