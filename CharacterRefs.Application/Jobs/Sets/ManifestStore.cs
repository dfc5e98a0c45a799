using System.Text.Json;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Reads and writes the manifests of jobs. Writing one commits the state of a set that it describes.</summary>
public sealed class ManifestStore(IAssetStore store)
{
    private const string MediaType = "application/json";
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>The manifest in force.</summary>
    /// <returns><see cref="ErrorKind.NotFound"/> without one, <see cref="ErrorKind.Conflict"/> when what stands there cannot be understood.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<Result<StoredManifest>> FindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(AssetLayout.JobManifest(jobId), null, cancellationToken);
        if (asset is null)
        {
            return JobErrors.NoManifest(jobId);
        }

        if (asset.ContentLength > MaxBytes)
        {
            return Damaged(jobId, $"It is longer than {MaxBytes} bytes.");
        }

        try
        {
            return await ManifestJson.ReadAsync(jobId, asset.Content, cancellationToken);
        }
        catch (JsonException error)
        {
            return Damaged(jobId, error.Message);
        }
    }

    /// <summary>Puts a manifest in force, in place of the one before.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not take it; the one before is in force.</exception>
    public Task WriteAsync(JobManifest manifest, CancellationToken cancellationToken) =>
        store.ReplaceAsync(AssetLayout.JobManifest(manifest.JobId), AssetContent.FromBytes(ManifestJson.Write(manifest), MediaType), cancellationToken);

    private static Error Damaged(JobId jobId, string cause) =>
        new(ErrorKind.Conflict, $"The manifest of job {jobId} cannot be understood: {cause} Persisting the job from its workspace writes a new one.");
}
