using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>
/// Writes a job's <c>metadata.json</c> into its workspace and, when the job has a stored set, into that: first the workspace, from where the next persist
/// takes it should the store fail.
/// </summary>
public sealed class ReplaceJobMetadataHandler(SetWriter sets, JobLocks locks, IJobsRoot workspaces, IContentDigester digester, TimeProvider clock)
{
    /// <param name="jobId">The job; it need not be known.</param>
    /// <param name="document">A JSON object in UTF-8, kept byte by byte.</param>
    /// <param name="cancellationToken">Stops; the workspace may have the document then, and the set has the old one or the new one.</param>
    /// <returns>Its hash; <see cref="ErrorKind.Conflict"/> while another request changes the job.</returns>
    public async Task<Result<ContentHash>> HandleAsync(JobId jobId, ReadOnlyMemory<byte> document, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(jobId, null).TryGet(out var workspace, out var error))
        {
            return error;
        }

        return await locks.RunAsync(jobId, token => ReplaceAsync(jobId, workspace, document.ToArray(), token), cancellationToken);
    }

    private async Task<Result<ContentHash>> ReplaceAsync(JobId jobId, IJobWorkspace workspace, byte[] document, CancellationToken cancellationToken)
    {
        if (!(await sets.OpenAsync(jobId, isRewritten: false, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var at = clock.GetUtcNow();
        using (var staged = await workspace.StageAsync(Open(), document.Length, cancellationToken)
            ?? throw new InvalidOperationException("A document is longer than itself."))
        {
            workspace.Publish(staged, JobAssetPath.Metadata, at);
        }

        var digest = await digester.DigestAsync(Open(), cancellationToken);
        if (set.Manifest is null || set.Find(JobAssetPath.Metadata)?.Sha256 == digest.Sha256)
        {
            return digest.Sha256;
        }

        var file = new SetFileSource(JobAssetPath.Metadata, digest, at, _ => ValueTask.FromResult<Stream>(Open()));
        if (!(await sets.SaveAsync(set, file, cancellationToken)).TryGet(out var saved, out error))
        {
            return error;
        }

        await sets.CommitAsync(set, [saved.Asset], cancellationToken);
        return digest.Sha256;

        MemoryStream Open() => new(document, writable: false);
    }
}
