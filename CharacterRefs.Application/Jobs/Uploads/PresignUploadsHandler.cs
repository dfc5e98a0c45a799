using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>Presigns URLs by which a client sends files of a job straight to the store. Repeating it shows what is left to send.</summary>
public sealed class PresignUploadsHandler(ManifestStore manifests, IAssetStore store, IUploadUrlSigner signer, StorageSettings settings)
{
    /// <returns>
    /// Each file in the order of the request; <see cref="ErrorKind.ConfigurationError"/> without a bucket, <see cref="ErrorKind.Conflict"/> when the manifest
    /// is not valid.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not list its files, or there are no credentials to sign with.</exception>
    public async Task<Result<IReadOnlyList<PlannedUpload>>> HandleAsync(JobId jobId, IReadOnlyList<JobUpload> files, CancellationToken cancellationToken)
    {
        if (!signer.IsAvailable)
        {
            return new Error(
                ErrorKind.ConfigurationError,
                "Files are sent straight to a bucket, and none is configured: set STORAGE_BACKEND to \"s3\". PUT /jobs/{job_id}/files/{path} needs no bucket.");
        }

        var found = await manifests.FindAsync(jobId, cancellationToken);
        if (found.Error is { Kind: not ErrorKind.NotFound } error)
        {
            return error;
        }

        var committed = (found.Value?.Files ?? []).ToDictionary(file => file.Path, file => file.Sha256);
        var uploaded = await store.ListAsync(AssetLayout.JobUploadsOf(jobId), cancellationToken)
            .ToDictionaryAsync(entry => entry.Key, entry => entry.Length, cancellationToken: cancellationToken);
        return files.Select(Plan).ToList();

        PlannedUpload Plan(JobUpload file)
        {
            var key = AssetLayout.JobUpload(jobId, file.Sha256);
            return committed.TryGetValue(file.Path, out var sha256) && sha256 == file.Sha256 ? new PlannedUpload(file, UploadState.Committed, null)
                : uploaded.TryGetValue(key, out var length) && length == file.SizeBytes ? new PlannedUpload(file, UploadState.Uploaded, null)
                : new PlannedUpload(file, UploadState.Missing, signer.Sign(key, file.SizeBytes, settings.PresignedUrlExpiry));
        }
    }
}
