using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.Files;

/// <summary>Opens files of workspaces with their hashes. An unchanged file is hashed once.</summary>
public sealed class JobFileReader(WorkspaceDigests digests, IMediaTypes mediaTypes)
{
    private const int MaxAttempts = 3;

    /// <returns>The open file; <c>null</c> when there is none.</returns>
    /// <exception cref="LocalStorageException">The disk failed, or the file changed during every attempt to read it.</exception>
    public async Task<OpenJobFile?> OpenAsync(JobId jobId, IJobWorkspace workspace, JobAssetPath path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if (workspace.Find(path) is not { } file)
            {
                return null;
            }

            try
            {
                var known = await digests.LoadAsync(workspace, cancellationToken);
                var digest = known.Find(file) ?? await known.ComputeAsync(file, cancellationToken);
                await digests.SaveAsync(jobId, known, cancellationToken);
                if (digest is not null)
                {
                    return new OpenJobFile(file, digest, mediaTypes.Of(path.Name), workspace.OpenRead(file));
                }
            }
            catch (WorkspaceFileChangedException) when (attempt < MaxAttempts)
            {
            }
        }

        throw new LocalStorageException($"{path} changed while it was read, on {MaxAttempts} consecutive attempts.");
    }
}
