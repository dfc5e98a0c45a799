using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.AssociateReferences;

/// <summary>Creates a job's copies of images, in the store and in its workspace.</summary>
public sealed class JobReferenceCopies(PersistedImages stored, WorkspaceImages images, JobSettings settings)
{
    /// <returns>The first error, after which no more copies are started; <c>null</c> when all were created.</returns>
    internal async Task<Error?> CreateAsync(
        JobId jobId, IJobWorkspace workspace, IReadOnlyList<CharacterReference> references, CancellationToken cancellationToken)
    {
        Error? first = null;
        var present = await stored.ListJobKeysAsync(jobId, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(references, options, async (reference, token) =>
        {
            if (Volatile.Read(ref first) is null && await CreateAsync(jobId, workspace, reference, present, token) is { } error)
            {
                Interlocked.CompareExchange(ref first, error, null);
            }
        });
        return first;
    }

    private async Task<Error?> CreateAsync(
        JobId jobId, IJobWorkspace workspace, CharacterReference reference, IReadOnlySet<AssetKey> present, CancellationToken cancellationToken)
    {
        if (!(await stored.PersistAsync(reference, cancellationToken)).TryGet(out var own, out var error))
        {
            return error;
        }

        // Store and disk are written at the same time.
        var isFree = !present.Contains(AssetLayout.JobReference(jobId, reference.Id, reference.Format));
        var copying = stored.CopyToJobAsync(reference, own.Key, jobId, isFree, cancellationToken);
        var putting = images.PutAsync(workspace, reference, own.Key, cancellationToken);
        await Task.WhenAll(copying, putting);
        return (await copying).TryGet(out _, out var rejected) ? await putting : rejected;
    }
}
