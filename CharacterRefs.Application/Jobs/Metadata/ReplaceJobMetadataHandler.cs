using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>
/// Writes a job's <c>metadata.json</c> to its workspace and, when the store has objects of the job, also there: into the set, or without a manifest at the
/// key from which the set is read. The workspace is first, so that the next persist uploads it when the store fails.
/// </summary>
public sealed class ReplaceJobMetadataHandler(
    LockedWorkspaces workspaces, SetWriter sets, SetFileWriter files, JobObjects objects, IContentDigester digester, TimeProvider clock)
{
    /// <param name="jobId">The job; it need not exist.</param>
    /// <param name="document">A JSON object in UTF-8, kept byte by byte.</param>
    /// <param name="cancellationToken">Stops; the set then has the old document or the new one, and the workspace may have the new one.</param>
    /// <returns>Its hash; <see cref="ErrorKind.Conflict"/> while another request changes the job.</returns>
    public Task<Result<ContentHash>> HandleAsync(JobId jobId, ReadOnlyMemory<byte> document, CancellationToken cancellationToken) =>
        workspaces.RunAsync(jobId, null, (workspace, token) => ReplaceAsync(jobId, workspace, document.ToArray(), token), cancellationToken);

    private async Task<Result<ContentHash>> ReplaceAsync(JobId jobId, IJobWorkspace workspace, byte[] document, CancellationToken cancellationToken)
    {
        if (!(await sets.OpenAsync(jobId, isRewritten: false, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var at = clock.GetUtcNow();
        using (var staged = await workspace.StageAsync(Open(), document.Length, cancellationToken)
            ?? throw new InvalidOperationException("The staged document is longer than the document."))
        {
            workspace.Publish(staged, JobAssetPath.Metadata, at);
        }

        var digest = await digester.DigestAsync(Open(), cancellationToken);
        var file = new SetFileSource(JobAssetPath.Metadata, digest, at, _ => ValueTask.FromResult<Stream>(Open()));
        if (set.Find(JobAssetPath.Metadata) is { } stored && stored.Sha256 == digest.Sha256)
        {
            await files.MendAsync(stored, file, cancellationToken);
            return digest.Sha256;
        }

        if (set.Manifest is null)
        {
            if (await objects.AnyAsync(jobId, cancellationToken))
            {
                await files.ReplaceUnlistedAsync(jobId, file, cancellationToken);
            }

            return digest.Sha256;
        }

        if (!(await files.SaveAsync(set, file, cancellationToken)).TryGet(out var saved, out error))
        {
            return error;
        }

        await sets.CommitAsync(set, new SetChange { Saved = [saved.Asset] }, cancellationToken);
        return digest.Sha256;

        MemoryStream Open() => new(document, writable: false);
    }
}
