using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.ListJobAssets;

/// <summary>Tells what the store has of a job, each file with an address. With a manifest nothing else is asked for.</summary>
public sealed class ListJobAssetsHandler(SetReader sets, IAssetUrlSigner signer, StorageSettings storage)
{
    /// <returns>As <see cref="SetReader.FindAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer, or there are no credentials to sign with.</exception>
    public async Task<Result<JobAssetListing>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!(await sets.FindAsync(jobId, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var files = set.Files.Select(Sign).ToList();
        return new JobAssetListing
        {
            JobId = jobId,
            StoredAt = set.Manifest?.StoredAt,
            Files = files,
            Versions = [.. (set.Manifest?.Versions ?? []).Select(version => Sign(SetFile.Of(version.Asset)) with { VersionOf = version.Of, Version = version.Number })],
            FinalVideo = JobManifest.FindFinalVideo(files, listed => listed.File.Path, listed => listed.File.ModifiedAt ?? listed.File.StoredAt)?.Url,
            Refused = set.Refused,
        };
    }

    private ListedJobAsset Sign(SetFile file) => new(file, signer.Sign(file.Key, storage.PresignedUrlExpiry));
}
