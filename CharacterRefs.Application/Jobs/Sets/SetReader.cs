using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Lists the files of a job's set: by its manifest, or for sets of an earlier system, which have none, by listing the store.</summary>
public sealed class SetReader(IAssetStore store, ManifestStore manifests, IMediaTypes mediaTypes)
{
    /// <summary>The current set.</summary>
    /// <returns>
    /// The set with at least one file or refused entry; <see cref="ErrorKind.NotFound"/> without either, <see cref="ErrorKind.Conflict"/> when the manifest
    /// is not valid.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<SetContents>> FindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        SetContents set;
        if ((await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var manifest, out var error))
        {
            set = new SetContents(manifest, [.. manifest.Files.Select(SetFile.Of)], [.. manifest.RefusedPaths.Select(RefusedEntry)]);
        }
        else if (error.Kind is ErrorKind.NotFound)
        {
            set = await ListAsync(jobId, cancellationToken);
        }
        else
        {
            return error;
        }

        return set.Files.Count + set.Refused.Count > 0 ? set : JobErrors.NoAssets(jobId);
    }

    /// <summary>The failure of a refused entry of a manifest.</summary>
    internal static JobFileFailure RefusedEntry(string path) =>
        new(
            path,
            ErrorKind.ValidationError,
            "The manifest entry of this path is not valid: the path is illegal in a workspace or occurs twice, or its key is outside the job's prefix.");

    private async Task<SetContents> ListAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var files = new List<SetFile>();
        var refused = new List<JobFileFailure>();
        await foreach (var item in store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken))
        {
            if (item.Asset is { } asset && AssetLayout.TryReadJobAsset(jobId, asset.Key) is { } path)
            {
                files.Add(new SetFile
                {
                    Path = path,
                    Key = asset.Key,
                    SizeBytes = asset.Length,
                    MediaType = mediaTypes.Of(path.Name),
                    StoredAt = asset.LastModified,
                });
            }
            else if (Refuse(jobId, item) is { } refusal)
            {
                refused.Add(refusal);
            }
        }

        return new SetContents(null, [.. files.OrderBy(file => file.Path.Value, StringComparer.Ordinal)], refused);
    }

    /// <returns><c>null</c> for objects that are no part of a set, such as other folders and the empty objects by which consoles show folders.</returns>
    private static JobFileFailure? Refuse(JobId jobId, ListedObject item)
    {
        var path = AssetLayout.StripJob(jobId, item.Name);
        var isOurs = item.Asset is not null && !JobAssetPath.Folders.Contains(path.Split('/')[0]);
        if (isOurs || item.Name.EndsWith('/') || item.Name.StartsWith(AssetLayout.JobIncomingOf(jobId).Value, StringComparison.Ordinal)
            || JobAssetPath.FindFault(path) is not { } fault)
        {
            return null;
        }

        return new JobFileFailure(path, ErrorKind.ValidationError, $"The object {item.Name} in the store cannot be a file of a workspace: {fault}");
    }
}
