using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Api.Jobs;

/// <summary>The file that a request names by its kind and its name.</summary>
internal static class JobAssetPaths
{
    private static readonly Dictionary<string, JobAssetPath> s_files = new(StringComparer.Ordinal)
    {
        ["metadata"] = JobAssetPath.Metadata,
        ["script"] = JobAssetPath.Script,
    };

    /// <summary>Every kind, as it is written.</summary>
    public static IReadOnlyCollection<string> Types { get; } = [.. JobAssetPath.Folders, .. s_files.Keys];

    /// <returns><c>null</c> when the two name no file of a set.</returns>
    public static JobAssetPath? Of(BackupJobAssetRequest request)
    {
        if (request.AssetType is { } type && s_files.TryGetValue(type, out var file))
        {
            return request.AssetName is null || request.AssetName == file.Value ? file : null;
        }

        return JobAssetPath.TryParse($"{request.AssetType}/{request.AssetName}", out var path) ? path : null;
    }
}
