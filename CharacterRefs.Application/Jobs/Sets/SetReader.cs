using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Lists the files of a job's set: by its manifest, or for sets of an earlier system, which have none, by listing the store. Every other object of the job is
/// named as ignored.
/// </summary>
public sealed class SetReader(ManifestStore manifests, JobObjects objects, IMediaTypes mediaTypes, JobImageAdoption adoption)
{
    /// <summary>The current set, of a job that is put to use again: its images that an earlier system stored are adopted first.</summary>
    /// <returns>As <see cref="FindAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    /// <exception cref="Ports.ImageFiles.LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task<Result<SetContents>> AdoptAsync(JobId jobId, CancellationToken cancellationToken)
    {
        await adoption.AdoptAsync(jobId, cancellationToken);
        return await FindAsync(jobId, cancellationToken);
    }

    /// <summary>The current set.</summary>
    /// <returns>
    /// The set; <see cref="ErrorKind.NotFound"/> when the store has no object of the job, <see cref="ErrorKind.Conflict"/> when the manifest is not valid.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<SetContents>> FindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!(await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var manifest, out var error) && error.Kind is not ErrorKind.NotFound)
        {
            return error;
        }

        var listing = await objects.ReadAsync(jobId, manifest, cancellationToken);
        var ignored = listing.Ignored;
        return manifest is null && listing.Files.Count + listing.Refused.Count + ignored.Count == 0 ? JobErrors.NoAssets(jobId)
            : manifest is null ? new SetContents(null, Describe(listing), listing.Refused, ignored)
            : new SetContents(
                manifest,
                [.. manifest.Files.Select(SetFile.Of)],
                [.. manifest.RefusedPaths.Select(RefusedEntry)],
                [.. ignored.Concat(listing.Refused.Select(refused => refused.Path)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The failure of a refused entry of a manifest.</summary>
    internal static JobFileFailure RefusedEntry(string path) =>
        new(
            path,
            ErrorKind.ValidationError,
            "The manifest entry of this path is not valid: the path is illegal in a workspace or occurs twice, or its key is outside the job's prefix.");

    private IReadOnlyList<SetFile> Describe(JobListing listing) => [.. listing.Files
        .Select(file => new SetFile
        {
            Path = file.Key,
            Key = file.Value.Key,
            SizeBytes = file.Value.Length,
            MediaType = mediaTypes.Of(file.Key.Name),
            StoredAt = file.Value.LastModified,
        })
        .OrderBy(file => file.Path.Value, StringComparer.Ordinal)];
}
