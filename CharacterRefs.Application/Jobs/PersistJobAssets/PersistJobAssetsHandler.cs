using System.Collections.Concurrent;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>
/// Stores what lies in a job's workspace. What is unchanged is neither read nor sent; what failed is named and keeps the manifest as it was; doing it
/// again goes on where it ended.
/// </summary>
public sealed class PersistJobAssetsHandler(
    IJobsRoot workspaces, IDigestMemory memory, IContentDigester digester, IAssetUrlSigner signer, SetWriter sets, JobLocks locks,
    JobSettings settings, StorageSettings storage, TimeProvider clock, ILogger<PersistJobAssetsHandler> logger)
{
    /// <returns>
    /// What was done, also when files failed; <see cref="ErrorKind.NotFound"/> when there is no workspace, or nothing to store and nothing stored,
    /// <see cref="ErrorKind.Conflict"/> while another request changes the job, <see cref="ErrorKind.StorageUnavailable"/> when no file could be stored,
    /// <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    public async Task<Result<PersistedJobAssets>> HandleAsync(PersistJobAssetsCommand command, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(command.JobId, command.LocalBasePath).TryGet(out var workspace, out var error))
        {
            return error;
        }

        return await locks.RunAsync(command.JobId, token => PersistAsync(command.JobId, workspace, token), cancellationToken);
    }

    private async Task<Result<PersistedJobAssets>> PersistAsync(JobId jobId, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        if (!(await sets.OpenAsync(jobId, isRewritten: true, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        if (!workspace.Exists)
        {
            // Also with a set: an answer that names it would say that it holds the workspace as it is.
            return new Error(ErrorKind.NotFound, set.Manifest is null
                ? $"Job {jobId} has no workspace {workspace.RelativePath}, and no assets of it are in the store."
                : $"Job {jobId} has no workspace {workspace.RelativePath}; its set in the store stays as it is.");
        }

        var listing = workspace.List(cancellationToken);
        if (set.Manifest is null && listing.Files.Count + listing.Refused.Count == 0)
        {
            return new Error(
                ErrorKind.NotFound, $"The workspace {workspace.RelativePath} of job {jobId} has no files to store, and no assets of the job are in the store.");
        }

        var total = listing.Files.Sum(file => file.SizeBytes);
        JobSetLog.Begun(logger, jobId, listing.Files.Count, total);
        var upload = new WorkspaceUpload(
            workspace, set, await memory.RecallAsync(workspace.Name, cancellationToken), sets, digester, settings.Concurrency, clock, logger);
        var outcomes = await UploadAsync(jobId, listing.Files, total, upload, cancellationToken);
        await RememberAsync(jobId, workspace, outcomes, cancellationToken);

        var failed = listing.Refused.Select(entry => new JobFileFailure(entry.Path, ErrorKind.ValidationError, entry.Reason)).ToList();
        failed.AddRange(outcomes.Where(outcome => outcome.Error is not null).Select(outcome => Failure(outcome.File!.Path.Value, outcome.Error!)));
        var saved = outcomes.Select(outcome => outcome.Saved).OfType<SavedFile>().ToList();
        if (saved.Count == 0 && upload.StoreFault is { } fault)
        {
            return fault.ToError();
        }

        var manifest = await CommitAsync(set, saved, failed, cancellationToken);
        var uploaded = saved.Where(file => file.Outcome is SaveOutcome.Stored).Select(file => file.Asset.Path.Value).ToList();
        var skipped = outcomes
            .Where(outcome => outcome is { File: not null, Error: null } && outcome.Saved?.Outcome is not SaveOutcome.Stored)
            .Select(outcome => outcome.File!.Path.Value);
        var result = new PersistedJobAssets
        {
            JobId = jobId,
            Manifest = manifest,
            Urls = JobSetUrls.Sign(manifest, signer, storage.PresignedUrlExpiry),
            Uploaded = uploaded,
            Skipped = [.. skipped],
            Ignored = listing.Ignored,
            Failed = [.. failed.OrderBy(failure => failure.Path, StringComparer.Ordinal)],
        };
        JobSetLog.Ended(
            logger, jobId, result.Uploaded.Count, result.Skipped.Count, failed.Count, result.Ignored.Count, (long)clock.GetElapsedTime(began).TotalMilliseconds);
        return result;
    }

    private async Task<IReadOnlyList<WorkspaceOutcome>> UploadAsync(
        JobId jobId, IReadOnlyList<WorkspaceFile> files, long total, WorkspaceUpload upload, CancellationToken cancellationToken)
    {
        await using var progress = new TransferProgress(clock, (done, bytes) => JobSetLog.Progress(logger, jobId, done, files.Count, bytes, total));
        var outcomes = new ConcurrentDictionary<JobAssetPath, WorkspaceOutcome>();
        await Parallel.ForEachAsync(
            files.OrderByDescending(file => file.SizeBytes), // a large one that begins last is waited for alone
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                var passed = progress.Begin(file.SizeBytes);
                outcomes[file.Path] = await upload.RunAsync(file, passed, token);
                passed.Complete();
            });
        return [.. files.Select(file => outcomes[file.Path])];
    }

    private async Task RememberAsync(JobId jobId, IJobWorkspace workspace, IReadOnlyList<WorkspaceOutcome> outcomes, CancellationToken cancellationToken)
    {
        var learnt = outcomes
            .Where(outcome => outcome is { Learnt: not null, File.Stamp: not null })
            .Select(outcome => new RememberedDigest(outcome.File!.Path.Value, outcome.File.Stamp!, outcome.Learnt!))
            .ToList();
        if (learnt.Count == 0)
        {
            return;
        }

        try
        {
            await memory.RememberAsync(workspace.Name, learnt, cancellationToken);
        }
        catch (LocalStorageException error)
        {
            JobSetLog.NotRemembered(logger, jobId, error);
        }
    }

    /// <returns>The manifest in force.</returns>
    private async Task<JobManifest?> CommitAsync(
        CurrentSet set, List<SavedFile> saved, List<JobFileFailure> failed, CancellationToken cancellationToken)
    {
        if (failed.Count > 0 || saved.Count == 0)
        {
            return set.Manifest;
        }

        try
        {
            var assets = saved.Select(file => file.Asset).ToList();
            var adopted = set.Manifest is null ? await sets.AdoptAsync(set, assets, cancellationToken) : [];
            return await sets.CommitAsync(set, [.. assets, .. adopted], cancellationToken);
        }
        catch (AssetStoreUnavailableException fault)
        {
            failed.Add(Failure(AssetLayout.JobManifest(set.JobId).Name, fault.ToError()));
            return await sets.TryFindAsync(set.JobId, cancellationToken) ?? set.Manifest;
        }
    }

    private static JobFileFailure Failure(string path, Error error) => new(path, error.Kind, error.Detail);
}
