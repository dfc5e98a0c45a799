using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// Lists a workspace. In the set's folders every plain file counts, also hidden ones and those of desktops (<c>.DS_Store</c>), because a pipeline may need
/// them. Each directory is opened from the root, so that only one descriptor is open at any depth.
/// </summary>
internal sealed class WorkspaceScan(WorkspacePaths paths, string workspace, WorkspaceClock clock)
{
    private const char Undecodable = '\uFFFD';

    private readonly List<WorkspaceFile> _files = [];
    private readonly List<string> _ignored = [];
    private readonly List<RefusedWorkspaceEntry> _refused = [];
    private readonly Stack<string> _pending = new();

    public WorkspaceListing Run(CancellationToken cancellationToken)
    {
        Look("", LookAtTop, cancellationToken);
        while (_pending.TryPop(out var folder))
        {
            Look(folder, LookInside, cancellationToken);
        }

        var byName = Utf8Order.Instance;
        return new WorkspaceListing(
            [.. _files.OrderBy(file => file.Path.Value, byName)], [.. _ignored.Order(byName)], [.. _refused.OrderBy(entry => entry.Path, byName)]);
    }

    /// <param name="folder">Its path below the workspace: empty, or with a trailing slash.</param>
    /// <param name="look">Receives the path of an entry below the workspace and the entry.</param>
    private void Look(string folder, Action<string, Entry> look, CancellationToken cancellationToken)
    {
        var reached = paths.Reach($"{workspace}/{folder}".TrimEnd('/'));
        using var held = reached.Folder;
        if (held is null)
        {
            if (reached.Obstacle is not null && folder.Length == 0)
            {
                throw new LocalStorageException($"The workspace could not be read: {reached.Describe()}");
            }

            if (reached.Obstacle is { } obstacle)
            {
                AddRefused(folder.TrimEnd('/'), obstacle); // it was a folder when its parent was listed
            }

            return;
        }

        foreach (var name in held.Names())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (held.Find(name) is { } entry)
            {
                look(folder + name, entry);
            }
            else if (name.Contains(Undecodable, StringComparison.Ordinal))
            {
                // It exists: .NET decoded its bytes to another name.
                _refused.Add(new RefusedWorkspaceEntry(folder + name, "The name must be valid UTF-8."));
            }
        }
    }

    private void LookAtTop(string name, Entry entry)
    {
        var isFolderOfSet = JobAssetPath.Folders.Contains(name);
        if (isFolderOfSet && entry.Kind is EntryKind.Folder)
        {
            _pending.Push(name + "/");
        }
        else if (JobAssetPath.TryParse(name, out var path) && entry.Kind is not EntryKind.Folder)
        {
            Take(path, entry);
        }
        else if (isFolderOfSet && entry.Kind is not EntryKind.File)
        {
            AddRefused(name, entry.Kind);
        }
        else
        {
            _ignored.Add(entry.Kind is EntryKind.Folder ? name + "/" : name);
        }
    }

    private void LookInside(string name, Entry entry)
    {
        if (entry.Kind is EntryKind.Folder)
        {
            // Nothing below the longest legal path can be part of a set, so the descent ends here.
            if (name.Length > JobAssetPath.MaxBytes)
            {
                _refused.Add(new RefusedWorkspaceEntry(name + "/", JobAssetPath.FindFault(name)!));
            }
            else
            {
                _pending.Push(name + "/");
            }
        }
        else if (entry.Kind is not EntryKind.File)
        {
            AddRefused(name, entry.Kind);
        }
        else if (JobAssetPath.TryParse(name, out var path))
        {
            Take(path, entry);
        }
        else
        {
            _refused.Add(new RefusedWorkspaceEntry(name, JobAssetPath.FindFault(name)!));
        }
    }

    private void Take(JobAssetPath path, Entry entry)
    {
        if (entry.Kind is EntryKind.File)
        {
            _files.Add(clock.ToFile(path, entry));
        }
        else
        {
            AddRefused(path.Value, entry.Kind);
        }
    }

    private void AddRefused(string path, EntryKind kind) =>
        _refused.Add(new RefusedWorkspaceEntry(path, $"This is {Entry.Name(kind)}; only plain files can be part of a set."));
}
