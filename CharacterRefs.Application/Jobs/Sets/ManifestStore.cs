using System.Text.Json;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Reads and writes the manifests of jobs. Writing one commits the set that it describes.</summary>
public sealed class ManifestStore(IAssetStore store)
{
    private const string MediaType = "application/json";
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>The current manifest.</summary>
    /// <returns><see cref="ErrorKind.NotFound"/> without one, <see cref="ErrorKind.Conflict"/> when the object at its key is no valid manifest.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<JobManifest>> FindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(AssetLayout.JobManifest(jobId), null, cancellationToken);
        if (asset is null)
        {
            return JobErrors.NoManifest(jobId);
        }

        if (asset.ContentLength > MaxBytes)
        {
            return Invalid(jobId, $"It has {asset.ContentLength} bytes; at most {MaxBytes} are allowed.");
        }

        try
        {
            return await ManifestJson.ReadAsync(jobId, asset.Content, cancellationToken);
        }
        catch (JsonException error)
        {
            return Invalid(jobId, error.Message);
        }
    }

    /// <summary>Commits a manifest in place of the current one.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept it; the one before is current.</exception>
    public Task WriteAsync(JobManifest manifest, CancellationToken cancellationToken) =>
        store.ReplaceAsync(AssetLayout.JobManifest(manifest.JobId), AssetContent.FromBytes(ManifestJson.Write(manifest), MediaType), cancellationToken);

    private static Error Invalid(JobId jobId, string cause) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} is not valid: {cause} Persist the job from its workspace to write a new one.");
}
