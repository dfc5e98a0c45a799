namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The committed state of a job's set at the start of a change.</summary>
internal sealed class CurrentSet
{
    private readonly Dictionary<JobAssetPath, JobAsset> _files;
    private readonly HashSet<AssetKey> _keys;
    private readonly HashSet<string> _paths;
    private readonly HashSet<string> _folders;

    public CurrentSet(JobId jobId, JobManifest? manifest, AssetTag? tag = null)
    {
        JobId = jobId;
        Manifest = manifest;
        Tag = manifest?.Replaces ?? tag ?? AssetTag.Absent;
        _files = Files.ToDictionary(file => file.Path);
        _keys = [.. Files.Select(file => file.Key), .. Versions.Select(version => version.Asset.Key)];
        _paths = [.. Files.Select(file => file.Path.Value)];
        _folders = [.. _paths.SelectMany(FoldersOf)];
    }

    public JobId JobId { get; }

    /// <summary><c>null</c> when the job has none, or an invalid one that is replaced.</summary>
    public JobManifest? Manifest { get; }

    /// <summary>The state of the manifest in the store.</summary>
    public AssetTag Tag { get; }

    public IReadOnlyList<JobAsset> Files => Manifest?.Files ?? [];

    public IReadOnlyList<JobAssetVersion> Versions => Manifest?.Versions ?? [];

    public JobAsset? Find(JobAssetPath path) => _files.GetValueOrDefault(path);

    /// <summary>Whether the manifest names this key.</summary>
    public bool Names(AssetKey key) => _keys.Contains(key);

    /// <summary>Why a path cannot be added to the set; <c>null</c> when it can.</summary>
    public string? FindClash(JobAssetPath path) =>
        _folders.Contains(path.Value) ? "The set has files in a folder of this name; a name cannot be both a file and a folder."
        : FoldersOf(path.Value).FirstOrDefault(_paths.Contains) is { } file ? $"The set has a file {file}; a name cannot be both a file and a folder."
        : null;

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }
}
