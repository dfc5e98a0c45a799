using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The state of a job's set that a change begins with.</summary>
internal sealed class CurrentSet
{
    private readonly Dictionary<JobAssetPath, JobAsset> _files;
    private readonly HashSet<AssetKey> _keys;
    private readonly HashSet<string> _paths;
    private readonly HashSet<string> _folders;

    public CurrentSet(JobId jobId, JobManifest? manifest)
    {
        JobId = jobId;
        Manifest = manifest;
        _files = Files.ToDictionary(file => file.Path);
        _keys = [.. Files.Select(file => file.Key), .. Versions.Select(version => version.Asset.Key)];
        _paths = [.. Files.Select(file => file.Path.Value)];
        _folders = [.. _paths.SelectMany(FoldersOf)];
    }

    public JobId JobId { get; }

    /// <summary><c>null</c> when the job has none, or one that cannot be understood.</summary>
    public JobManifest? Manifest { get; }

    public IReadOnlyList<JobAsset> Files => Manifest?.Files ?? [];

    public IReadOnlyList<JobAssetVersion> Versions => Manifest?.Versions ?? [];

    public JobAsset? Find(JobAssetPath path) => _files.GetValueOrDefault(path);

    /// <summary>Whether the manifest says what stands under this key.</summary>
    public bool Names(AssetKey key) => _keys.Contains(key);

    /// <summary>Why a path cannot be in one set with those that are in it; <c>null</c> when nothing is in the way.</summary>
    public string? FindClash(JobAssetPath path) =>
        _folders.Contains(path.Value) ? $"The set has files in a folder of this name, and one name cannot be both in a workspace."
        : FoldersOf(path.Value).FirstOrDefault(_paths.Contains) is { } file ? $"The set has a file {file}, and one name cannot be both a file and a folder in a workspace."
        : null;

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }
}
