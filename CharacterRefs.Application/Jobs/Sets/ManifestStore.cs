using System.Text.Json;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Reads and writes the manifests of jobs. Writing one commits the set that it describes.</summary>
public sealed class ManifestStore(IAssetStore store)
{
    private const string MediaType = "application/json";
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>The current manifest.</summary>
    /// <returns>
    /// <see cref="ErrorKind.NotFound"/> without one, <see cref="ErrorKind.Conflict"/> when the object at its key is damaged or no valid manifest.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<JobManifest>> FindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (await store.IsDamagedAsync(AssetLayout.JobManifest(jobId), cancellationToken))
        {
            return JobErrors.InvalidManifest(jobId, "Its bytes are not those that were stored.");
        }

        await using var asset = await store.OpenReadAsync(AssetLayout.JobManifest(jobId), null, cancellationToken);
        if (asset is null)
        {
            return JobErrors.NoManifest(jobId);
        }

        if (asset.ContentLength > MaxBytes)
        {
            return JobErrors.InvalidManifest(jobId, $"It has {asset.ContentLength} bytes; at most {MaxBytes} are allowed.");
        }

        try
        {
            return (await ManifestJson.ReadAsync(jobId, asset.Content, cancellationToken)) with { Replaces = asset.Tag };
        }
        catch (JsonException error)
        {
            return JobErrors.InvalidManifest(jobId, error.Message);
        }
    }

    /// <summary>Commits a manifest in place of the one that it <see cref="JobManifest.Replaces"/>.</summary>
    /// <returns>The manifest, to be changed further.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept it; the one before is current.</exception>
    /// <exception cref="ManifestChangedException">Another service committed a manifest meanwhile, which is current.</exception>
    public async Task<JobManifest> WriteAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        var content = AssetContent.FromBytes(ManifestJson.Write(manifest), MediaType);
        return await store.TryReplaceAsync(AssetLayout.JobManifest(manifest.JobId), content, manifest.Replaces, cancellationToken) is { } tag
            ? manifest with { Replaces = tag }
            : throw new ManifestChangedException(manifest.JobId);
    }
}
