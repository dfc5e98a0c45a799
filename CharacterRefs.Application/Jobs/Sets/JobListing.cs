using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// The objects under a job's prefix that its manifest does not name. Each is in one of the lists, except bytes of interrupted runs and the empty objects by
/// which consoles show folders.
/// </summary>
internal sealed class JobListing
{
    private readonly JobId _jobId;
    private readonly HashSet<AssetKey> _known;
    private readonly Dictionary<JobAssetPath, AssetEntry> _files = [];
    private readonly List<ListedObject> _others = [];
    private readonly List<JobFileFailure> _refused = [];

    private JobListing(JobId jobId, JobManifest? manifest)
    {
        _jobId = jobId;
        _known = manifest?.KnownKeys() ?? [AssetLayout.JobManifest(jobId)];
        Manifest = manifest;
    }

    public JobManifest? Manifest { get; }

    /// <summary>
    /// Objects with a place in the workspace, by path. Of two objects with one place, or with one image, that at the key of the layout is taken.
    /// </summary>
    public IReadOnlyDictionary<JobAssetPath, AssetEntry> Files => _files;

    /// <summary>Objects in a folder of the set whose names are no legal paths.</summary>
    public IReadOnlyList<JobFileFailure> Refused => _refused;

    /// <summary>
    /// Names of all that is not carried, in the order of their code points: without the job's prefix and <c>intermediate/</c>, or the whole key where that
    /// would be the name of another object or of a file of the set. With a manifest these are also the objects that would have a place.
    /// </summary>
    public IReadOnlyList<string> Ignored => [.. (Manifest is null ? [] : _files.Values.Select(entry => new ListedObject(entry.Key.Value, entry)))
        .Concat(_others)
        .GroupBy(item => AssetLayout.StripJob(_jobId, item.Name))
        .SelectMany(same => same.Count() > 1 || IsCarried(same.Key) ? same.Select(item => item.Name) : [same.Key])
        .Order(StringComparer.Ordinal)];

    /// <param name="manifest">Its manifest; <c>null</c> without one.</param>
    /// <param name="objects">Everything under the job's prefix.</param>
    public static async Task<JobListing> ReadAsync(
        JobId jobId, JobManifest? manifest, IAsyncEnumerable<ListedObject> objects, CancellationToken cancellationToken)
    {
        var listing = new JobListing(jobId, manifest);
        await foreach (var item in objects.WithCancellation(cancellationToken))
        {
            listing.Add(item);
        }

        listing.SetAsideCopiedJpegs();
        return listing;
    }

    private void Add(ListedObject item)
    {
        if (!JobObjects.IsContent(_jobId, item) || (item.Asset is { } own && _known.Contains(own.Key)))
        {
            return;
        }

        if (item.Asset is { } asset && AssetLayout.TryReadJobPlace(_jobId, asset.Key) is { } path)
        {
            if (AssetLayout.JobAsset(_jobId, path) == asset.Key && _files.Remove(path, out var elsewhere))
            {
                _others.Add(new ListedObject(elsewhere.Key.Value, elsewhere));
            }

            if (!_files.TryAdd(path, asset))
            {
                _others.Add(item);
            }
        }
        else if (FindFailure(item) is { } failure)
        {
            _refused.Add(failure);
        }
        else
        {
            _others.Add(item);
        }
    }

    // The adoption of an image named .jpeg copies it to the key of its format: a set has it once.
    private void SetAsideCopiedJpegs()
    {
        foreach (var (path, earlier) in _files.ToList())
        {
            if (AssetLayout.TryReadJobReference(earlier.Key, out _, out var id, out var format)
                && JobAssetPath.OfReference(id, format) is var own && own != path
                && _files.TryGetValue(own, out var copy) && copy.Length == earlier.Length)
            {
                _files.Remove(path);
                _others.Add(new ListedObject(earlier.Key.Value, earlier));
            }
        }
    }

    private bool IsCarried(string name) =>
        JobAssetPath.TryParse(name, out var path) && (Manifest is null ? _files.ContainsKey(path) : Manifest.Files.Any(file => file.Path == path));

    /// <returns><c>null</c> for objects that are no part of a set, such as those in other folders.</returns>
    private JobFileFailure? FindFailure(ListedObject item)
    {
        var path = AssetLayout.StripJob(_jobId, item.Name);
        var isOutside = item.Asset is not null && !JobAssetPath.Folders.Contains(path.Split('/')[0]);
        return isOutside || JobAssetPath.FindFault(path) is not { } fault
            ? null
            : new JobFileFailure(path, ErrorKind.ValidationError, $"The object {item.Name} in the store cannot be a file of a workspace: {fault}");
    }
}
