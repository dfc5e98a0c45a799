using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Loads and saves the digests of a workspace's files, so that unchanged files are not read again.</summary>
public sealed partial class WorkspaceDigests(IDigestMemory memory, IContentDigester digester, ILogger<WorkspaceDigests> logger)
{
    internal async Task<DigestCache> LoadAsync(IJobWorkspace workspace, CancellationToken cancellationToken) =>
        new(workspace, digester, await memory.RecallAsync(workspace.Name, cancellationToken));

    /// <summary>Saves the digests that were computed since <see cref="LoadAsync"/>. A failure is logged: it costs time and nothing else.</summary>
    internal async Task SaveAsync(JobId jobId, DigestCache digests, CancellationToken cancellationToken)
    {
        if (digests.Computed is not { Count: > 0 } computed)
        {
            return;
        }

        try
        {
            await memory.RememberAsync(digests.WorkspaceName, computed, cancellationToken);
        }
        catch (LocalStorageException error)
        {
            LogNotSaved(logger, jobId, error.ToCause());
        }
    }

    [LoggerMessage(90, LogLevel.Warning, "Digests of job {JobId} were not saved; its files will be read again next time: {Cause}")]
    private static partial void LogNotSaved(ILogger logger, JobId jobId, string cause);
}
