using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>One directory below <c>JOBS_ROOT</c>. Every call opens it again through <see cref="WorkspacePaths"/>.</summary>
/// <param name="paths">Opens it.</param>
/// <param name="staging">Temporary files of all workspaces.</param>
/// <param name="clock">Decides which files get a stamp.</param>
/// <param name="name">Its path below the root.</param>
internal sealed class JobWorkspace(WorkspacePaths paths, WorkspaceStaging staging, WorkspaceClock clock, string name) : IJobWorkspace
{
    private const string CannotRead = "The workspace could not be read";
    private const string CannotWrite = "The file could not be written to the workspace";

    public bool Exists => DiskFault.Guard(CannotRead, () =>
    {
        using var folder = paths.Reach(name).Folder;
        return folder is not null;
    });

    public string RelativePath => paths.ToRelative(name);

    public string Name => name;

    public WorkspaceListing List(CancellationToken cancellationToken) =>
        DiskFault.Guard(CannotRead, () => new WorkspaceScan(paths, name, clock).Run(cancellationToken));

    public WorkspaceFile? Find(JobAssetPath path) => DiskFault.Guard(CannotRead, () =>
    {
        using var folder = paths.Reach(FolderOf(path)).Folder;
        return folder?.Find(path.Name) is { Kind: EntryKind.File } entry ? clock.ToFile(path, entry) : null;
    });

    public Stream OpenRead(WorkspaceFile file) => DiskFault.Guard(CannotRead, () => TryOpen(file))
        ?? throw new WorkspaceFileChangedException($"{file.Path} was changed, replaced or removed since it was found.");

    public bool IsUnchanged(WorkspaceFile file) => DiskFault.Guard(CannotRead, () =>
    {
        using var folder = paths.Reach(FolderOf(file.Path)).Folder;
        return folder?.Find(file.Path.Name) is { Kind: EntryKind.File } entry && IsSame(file, entry);
    });

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken) =>
        await staging.StageAsync(content, maxBytes, CannotWrite, cancellationToken);

    public void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt)
    {
        if (staged is not StagedFile file)
        {
            throw new ArgumentException("The file was not staged by this workspace.", nameof(staged));
        }

        DiskFault.Guard(CannotWrite, () =>
        {
            var reached = paths.Reach(FolderOf(path), create: true);
            using var folder = reached.Folder
                ?? throw (reached.IsAbsent ? new LocalStorageException($"{CannotWrite}: its folder was deleted.") : InTheWayOf(path, reached.Describe()));
            if (folder.Find(path.Name) is { Kind: not EntryKind.File and var kind })
            {
                throw InTheWayOf(path, $"{Entry.Name(kind)} has its name.");
            }

            file.SetModifiedAt(modifiedAt, isFlushed: clock.TrustsOnlyTheDisk);
            DurableRename.Replace(file.Path, folder.PathOf(path.Name));
            file.MarkPublished();
        });
    }

    public void Delete(JobAssetPath path) => DiskFault.Guard("The file could not be deleted from the workspace", () =>
    {
        using var folder = paths.Reach(FolderOf(path)).Folder;
        if (folder?.Find(path.Name) is { Kind: EntryKind.File })
        {
            File.Delete(folder.PathOf(path.Name));
        }
    });

    private static LocalStorageException InTheWayOf(JobAssetPath path, string obstacle) => new($"{CannotWrite} as {path}: {obstacle}") { IsObstructed = true };

    private static bool IsSame(WorkspaceFile file, Entry entry) => file.Fingerprint is { } fingerprint
        ? fingerprint == entry.Fingerprint
        : file.SizeBytes == entry.SizeBytes && file.ModifiedAt == entry.ModifiedAt;

    private WorkspaceFileStream? TryOpen(WorkspaceFile file)
    {
        using var folder = paths.Reach(FolderOf(file.Path)).Folder;
        if (folder?.OpenFile(file.Path.Name) is not { } opened)
        {
            return null;
        }

        if (IsSame(file, opened.Entry))
        {
            return new WorkspaceFileStream(opened.Handle);
        }

        opened.Handle.Dispose();
        return null;
    }

    private string FolderOf(JobAssetPath path) => $"{name}/{path.Value[..^path.Name.Length]}".TrimEnd('/');
}
