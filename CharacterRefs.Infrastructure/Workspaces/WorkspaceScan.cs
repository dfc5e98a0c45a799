using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// One look at everything in a workspace. In the set's folders every plain file counts, hidden ones and those of desktops (<c>.DS_Store</c>) as well: what
/// a pipeline needs is not for us to guess. Each directory is reached anew from the root, so that one descriptor is held at a time however deep they lie.
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

    /// <param name="folder">Below the workspace: empty, or with a slash at its end.</param>
    /// <param name="look">Takes the path of an entry below the workspace and what it is.</param>
    /// <param name="cancellationToken">Stops.</param>
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
                Refuse(folder.TrimEnd('/'), obstacle); // a folder a moment ago
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
                // Not gone meanwhile: the name that .NET shows is not the one that is there.
                _refused.Add(new RefusedWorkspaceEntry(folder + name, "The name is no valid UTF-8."));
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
            Refuse(name, entry.Kind);
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
            // Beyond the longest path there is nothing that could be taken: this ends the descent.
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
            Refuse(name, entry.Kind);
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
            Refuse(path.Value, entry.Kind);
        }
    }

    private void Refuse(string path, EntryKind kind) =>
        _refused.Add(new RefusedWorkspaceEntry(path, $"This is {Entry.Name(kind)}; only plain files are taken."));
}
