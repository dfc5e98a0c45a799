using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>
/// The directory of one job. Only plain files are read and written: links, sockets, pipes and devices are refused by name, and no link is followed on
/// the way. A disk that does not give or take bytes is a <see cref="LocalStorageException"/>.
/// </summary>
public interface IJobWorkspace
{
    /// <summary>Whether the directory is there.</summary>
    bool Exists { get; }

    /// <summary>Where it is, relative to the working directory of the process, with forward slashes.</summary>
    string RelativePath { get; }

    /// <summary>What it is called among all workspaces: its path below <c>JOBS_ROOT</c>, with forward slashes.</summary>
    string Name { get; }

    /// <summary>Everything in it, at any depth. Files that other programs remove meanwhile are left out.</summary>
    WorkspaceListing List(CancellationToken cancellationToken);

    /// <summary>The plain file under this path; <c>null</c> when there is none, or something else than a plain file.</summary>
    WorkspaceFile? Find(JobAssetPath path);

    /// <summary>Opens a file for asynchronous reading from its start.</summary>
    /// <exception cref="WorkspaceFileChangedException">Something else than was found stands there now.</exception>
    Stream OpenRead(WorkspaceFile file);

    /// <summary>Whether the file is still exactly what was found: size, times and identity.</summary>
    bool IsUnchanged(WorkspaceFile file);

    /// <summary>Streams content into a temporary file on the same file system, hashing on the way.</summary>
    /// <returns>The staged file; <c>null</c> when the content is longer than <paramref name="maxBytes"/>.</returns>
    Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a staged file its name, in place of the plain file that may stand there, in one step. Folders are made as needed. It outlives the process; a loss
    /// of power it outlives once the system has written it to the disk, for which nobody waits.
    /// </summary>
    /// <param name="staged">From <see cref="StageAsync"/> of this workspace.</param>
    /// <param name="path">Its name.</param>
    /// <param name="modifiedAt">What its time of writing is set to, UTC.</param>
    /// <exception cref="LocalStorageException">Something else than a plain file stands there, a link or a file is on the way, or the disk refuses.</exception>
    void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt);

    /// <summary>Removes the plain file under this path; an absent one is fine.</summary>
    void Delete(JobAssetPath path);
}
