using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>
/// Persists the files of a job's workspace. Unchanged files are neither read nor uploaded. A file that cannot be part of a set is listed in the manifest, and
/// the others are committed. When the store fails for a file, the manifest stays unchanged; a repeated request continues where the last one stopped.
/// </summary>
public sealed class PersistJobAssetsHandler(
    LockedWorkspaces workspaces, WorkspaceDigests digests, WorkspaceUploader uploader, SetWriter sets, IJobCatalog catalog, JobUrlSigner signer,
    PersistReport report)
{
    /// <returns>
    /// The outcome, also when files failed; <see cref="ErrorKind.NotFound"/> without a workspace, or when both workspace and set are empty,
    /// <see cref="ErrorKind.Conflict"/> while another request changes the job, <see cref="ErrorKind.StorageUnavailable"/> when no file could be saved,
    /// <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    public Task<Result<PersistedJobAssets>> HandleAsync(PersistJobAssetsCommand command, CancellationToken cancellationToken) =>
        workspaces.RunAsync(command.JobId, command.LocalBasePath, (workspace, token) => PersistAsync(command, workspace, token), cancellationToken);

    private async Task<Result<PersistedJobAssets>> PersistAsync(
        PersistJobAssetsCommand command, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        var jobId = command.JobId;
        using var activity = report.Begin(jobId);
        if (!(await sets.OpenAsync(jobId, isRewritten: true, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        if (!workspace.Exists)
        {
            // Also with a set: returning it would claim that the set matches the workspace.
            return set.Manifest is null
                ? JobErrors.NoWorkspace(jobId, workspace.RelativePath)
                : new Error(ErrorKind.NotFound, $"Job {jobId} has no workspace {workspace.RelativePath}; its set in the store was not changed.");
        }

        var listing = workspace.List(cancellationToken);
        if (set.Manifest is null && listing.Files.Count + listing.Refused.Count == 0)
        {
            return new Error(
                ErrorKind.NotFound, $"The workspace {workspace.RelativePath} of job {jobId} has no files to persist, and the store has no assets of the job.");
        }

        var cache = await digests.LoadAsync(workspace, cancellationToken);
        var (outcomes, storeFault) = await uploader.RunAsync(activity, set, workspace, cache, listing.Files, cancellationToken);
        await digests.SaveAsync(jobId, cache, cancellationToken);

        var failed = outcomes.Where(outcome => outcome.Error is not null).Select(outcome => JobFileFailure.Of(outcome.File.Path, outcome.Error!)).ToList();
        var refused = listing.Refused.Select(entry => new JobFileFailure(entry.Path, ErrorKind.ValidationError, entry.Reason))
            .Concat(outcomes.Where(outcome => outcome.Value?.Reason is not null)
                .Select(outcome => JobFileFailure.Of(outcome.File.Path, outcome.Value!.Reason!)))
            .OrderBy(failure => failure.Path, StringComparer.Ordinal)
            .ToList();
        var saved = outcomes.Select(outcome => outcome.Value?.Saved).OfType<SavedFile>().ToList();
        if (saved.Count == 0 && storeFault is not null)
        {
            return storeFault.ToError();
        }

        var change = new SetChange
        {
            Saved = [.. saved.Select(file => file.Asset)],
            Removed = command.IsMirror ? await FindGoneAsync(set, listing, cancellationToken) : [],
            RefusedFiles = [.. refused.Select(failure => new RefusedJobFile(failure.Path, failure.Detail))],
        };
        var manifest = failed.Count > 0 || !change.Changes(set) ? set.Manifest : await CommitAsync(set, change, failed, cancellationToken);
        var committed = (manifest?.Files ?? []).Select(file => (file.Path, file.Sha256)).ToHashSet();
        var result = new PersistedJobAssets
        {
            JobId = jobId,
            Manifest = manifest,
            Urls = JobSetUrls.Sign(manifest, signer),
            Uploaded = [.. outcomes
                .Where(outcome => outcome.Value is { IsMended: true }
                    || (outcome.Value?.Saved is { Outcome: SaveOutcome.Stored } file && committed.Contains((file.Asset.Path, file.Asset.Sha256))))
                .Select(outcome => outcome.File.Path.Value)],
            Removed = [.. change.Removed.Where(file => !committed.Contains((file.Path, file.Sha256))).Select(file => file.Path.Value)],
            Skipped = [.. outcomes
                .Where(outcome => outcome.Value is { IsPresent: true, IsMended: false, Saved: not { Outcome: SaveOutcome.Stored } })
                .Select(outcome => outcome.File.Path.Value)],
            Ignored = listing.Ignored,
            Failed = [.. failed.Concat(refused).OrderBy(failure => failure.Path, StringComparer.Ordinal)],
        };
        await report.EndAsync(result, activity, cancellationToken);
        return result;
    }

    /// <summary>Files of the set that the workspace no longer has. Images that are associated with the job belong to the association.</summary>
    private async Task<IReadOnlyList<JobAsset>> FindGoneAsync(CurrentSet set, WorkspaceListing listing, CancellationToken cancellationToken)
    {
        var present = listing.Files.Select(file => file.Path.Value)
            .Concat(listing.Refused.Select(entry => entry.Path))
            .Concat((await catalog.ListReferencesAsync(set.JobId, cancellationToken))
                .SelectMany(image => JobAssetPath.AllOfReference(image.Id, image.Format))
                .Select(path => path.Value))
            .ToHashSet();
        return [.. set.Files.Where(file => !present.Contains(file.Path.Value))];
    }

    /// <returns>The current manifest; <c>null</c> without one.</returns>
    private async Task<JobManifest?> CommitAsync(CurrentSet set, SetChange change, List<JobFileFailure> failed, CancellationToken cancellationToken)
    {
        try
        {
            return await sets.CommitAsync(set, change, cancellationToken);
        }
        catch (AssetStoreUnavailableException fault)
        {
            var error = fault.ToError();
            failed.Add(new JobFileFailure(AssetLayout.JobManifest(set.JobId).Name, error.Kind, error.Detail));
            return await sets.TryFindAsync(set.JobId, cancellationToken) ?? set.Manifest;
        }
    }
}
