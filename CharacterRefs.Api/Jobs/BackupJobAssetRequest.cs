using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.Jobs;

/// <summary>The file to create a version of.</summary>
public sealed record BackupJobAssetRequest
{
    private static readonly Dictionary<string, JobAssetPath> s_files = new(StringComparer.Ordinal)
    {
        ["metadata"] = JobAssetPath.Metadata,
        ["script"] = JobAssetPath.Script,
    };

    /// <summary>The folder of the file, or <c>metadata</c> or <c>script</c> for the single file of that name.</summary>
    /// <example>final</example>
    [KnownValues("final", "scenes", "audio", "uploads", "character_reference", "metadata", "script")]
    public string? AssetType { get; init; }

    /// <summary>Path of the file inside the folder; for <c>metadata</c> and <c>script</c> null, or the name of the file.</summary>
    /// <example>movie.mp4</example>
    public string? AssetName { get; init; }

    /// <summary>The legal values of <see cref="AssetType"/>.</summary>
    internal static IReadOnlyCollection<string> AssetTypes { get; } = [.. JobAssetPath.Folders, .. s_files.Keys];

    /// <returns><c>null</c> when the members do not name a file of a set.</returns>
    internal JobAssetPath? ToPath()
    {
        if (AssetType is { } type && s_files.TryGetValue(type, out var file))
        {
            return AssetName is null || AssetName == file.Value ? file : null;
        }

        return JobAssetPath.TryParse($"{AssetType}/{AssetName}", out var path) ? path : null;
    }
}
