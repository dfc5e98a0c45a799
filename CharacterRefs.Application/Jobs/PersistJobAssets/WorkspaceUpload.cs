using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Brings the files of one workspace into the store, one at a time or several at once. A file that changes meanwhile is begun again.</summary>
internal sealed class WorkspaceUpload(
    IJobWorkspace workspace, CurrentSet set, IReadOnlyDictionary<string, RememberedDigest> remembered, SetWriter sets, IContentDigester digester,
    int concurrency, TimeProvider clock, ILogger logger)
{
    private const int Attempts = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private AssetStoreUnavailableException? _fault;
    private int _faultsInARow;

    /// <summary>What kept the store from taking a file, last.</summary>
    public AssetStoreUnavailableException? StoreFault => _fault;

    public async Task<WorkspaceOutcome> RunAsync(WorkspaceFile listed, FileProgress progress, CancellationToken cancellationToken)
    {
        var outcome = new WorkspaceOutcome(listed, null, null, null);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (await TryAsync(outcome, isFirst: attempt == 1, progress, cancellationToken) is { } done)
                {
                    return done;
                }

                if (attempt == Attempts)
                {
                    return outcome with { Error = new Error(ErrorKind.Conflict, $"The file changed while it was read, {Attempts} times in a row.") };
                }

                await Task.Delay(s_pause * attempt, clock, cancellationToken);
                if (workspace.Find(listed.Path) is not { } file)
                {
                    return outcome with { File = null };
                }

                JobSetLog.Retried(logger, listed.Path.Value);
                outcome = outcome with { File = file };
            }
        }
        catch (AssetStoreUnavailableException fault)
        {
            _fault = fault;
            Interlocked.Increment(ref _faultsInARow);
            return outcome with { Error = fault.ToError() };
        }
        catch (LocalStorageException error)
        {
            return outcome with { Error = error.ToError() };
        }
        catch (IOException)
        {
            return outcome with { Error = new Error(ErrorKind.StorageUnavailable, "The file could not be read to its end.") };
        }
    }

    /// <returns><c>null</c> when the file changed.</returns>
    private async Task<WorkspaceOutcome?> TryAsync(WorkspaceOutcome outcome, bool isFirst, FileProgress progress, CancellationToken cancellationToken)
    {
        var file = outcome.File!;
        try
        {
            var known = isFirst && remembered.TryGetValue(file.Path.Value, out var memory) && memory.Stamp == file.Stamp && memory.Digest.SizeBytes == file.SizeBytes
                ? memory.Digest
                : null;
            var digest = known ?? await DigestAsync(file, cancellationToken);
            if (digest is null)
            {
                return null;
            }

            outcome = outcome with { Learnt = known is null ? digest : null };
            if (set.Find(file.Path) is { } asset && asset.Sha256 == digest.Sha256)
            {
                return outcome;
            }

            if (_fault is { Fault: not AssetStoreFault.Refused } down && Volatile.Read(ref _faultsInARow) >= concurrency)
            {
                return outcome with { Error = down.ToError() }; // nobody waits for a store that is down once per file
            }

            return await SaveAsync(
                outcome, new SetFileSource(file.Path, digest, file.ModifiedAt, _ => ValueTask.FromResult(progress.Watch(workspace.OpenRead(file)))), cancellationToken);
        }
        catch (Exception error) when (error is WorkspaceFileChangedException or InvalidDataException)
        {
            return null;
        }
    }

    private async Task<WorkspaceOutcome?> SaveAsync(WorkspaceOutcome outcome, SetFileSource file, CancellationToken cancellationToken)
    {
        if (!(await sets.SaveAsync(set, file, cancellationToken)).TryGet(out var saved, out var error))
        {
            return outcome with { Error = error };
        }

        Volatile.Write(ref _faultsInARow, 0);
        if (workspace.IsUnchanged(outcome.File!))
        {
            JobSetLog.Saved(logger, file.Path.Value, file.Digest.SizeBytes, saved.Outcome);
            return outcome with { Saved = saved };
        }

        await sets.UndoAsync(set, saved, cancellationToken);
        return null;
    }

    /// <returns><c>null</c> when the file changed.</returns>
    private async Task<ContentDigest?> DigestAsync(WorkspaceFile file, CancellationToken cancellationToken)
    {
        await using var content = workspace.OpenRead(file);
        var digest = await digester.DigestAsync(content, cancellationToken);
        return digest.SizeBytes == file.SizeBytes && workspace.IsUnchanged(file) ? digest : null;
    }
}
