using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.ListJobAssets;

/// <summary>Lists the files of a job in the store with presigned URLs, and names every other object of the job.</summary>
public sealed class ListJobAssetsHandler(SetReader sets, JobUrlSigner signer)
{
    /// <returns>As <see cref="SetReader.FindAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond, or there are no credentials to sign with.</exception>
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
            Versions = [.. (set.Manifest?.Versions ?? [])
                .Select(version => Sign(SetFile.Of(version.Asset)) with { VersionOf = version.Of, Version = version.Number })],
            FinalVideo = JobManifest.FindFinalVideo(files, listed => listed.File.Path, listed => listed.File.ModifiedAt ?? listed.File.StoredAt)?.Url,
            Refused = [.. set.Refused.Concat((set.Manifest?.RefusedFiles ?? [])
                .Select(file => new JobFileFailure(file.Path, ErrorKind.ValidationError, file.Reason)))],
            Ignored = set.Ignored,
            IsComplete = set.Manifest is { IsComplete: true },
        };
    }

    private ListedJobAsset Sign(SetFile file) => new(file, signer.Sign(file.Key));
}
