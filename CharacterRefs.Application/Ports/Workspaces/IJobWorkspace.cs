using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>
/// The directory of one job. Only plain files are read and written: links, sockets, pipes and devices are rejected by name, and no link in a path is
/// followed. A failed disk throws <see cref="LocalStorageException"/>.
/// </summary>
public interface IJobWorkspace
{
    /// <summary>Whether the directory exists.</summary>
    bool Exists { get; }

    /// <summary>Its path, relative to the working directory of the process, with forward slashes.</summary>
    string RelativePath { get; }

    /// <summary>Its unique name: the path below <c>JOBS_ROOT</c>, with forward slashes.</summary>
    string Name { get; }

    /// <summary>Everything in it, at any depth. Files that other programs delete meanwhile are left out.</summary>
    WorkspaceListing List(CancellationToken cancellationToken);

    /// <summary>The plain file under this path; <c>null</c> when there is none, or it is not a plain file.</summary>
    WorkspaceFile? Find(JobAssetPath path);

    /// <summary>Opens a file for asynchronous reading from its start.</summary>
    /// <exception cref="WorkspaceFileChangedException">The file is no longer the one that was found.</exception>
    Stream OpenRead(WorkspaceFile file);

    /// <summary>Whether the file is still exactly what was found: size, times and identity.</summary>
    bool IsUnchanged(WorkspaceFile file);

    /// <summary>Streams content into a temporary file on the same file system, hashing on the way.</summary>
    /// <returns>The staged file; <c>null</c> when the content is longer than <paramref name="maxBytes"/>.</returns>
    Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Renames a staged file to its path atomically, replacing a plain file. Missing folders are created. It survives a killed process; whether it survives a
    /// power failure depends on when the system writes it to the disk, which is not awaited.
    /// </summary>
    /// <param name="staged">From <see cref="StageAsync"/> of this workspace.</param>
    /// <param name="modifiedAt">Its time of modification, UTC.</param>
    /// <exception cref="LocalStorageException">The path is not a plain file, a parent is a link or a file, or the disk failed.</exception>
    void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt);

    /// <summary>Deletes the plain file under this path, if it exists.</summary>
    void Delete(JobAssetPath path);
}
