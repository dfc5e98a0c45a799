using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>The folders of the local store: created with the first asset in them, removed with the last.</summary>
/// <param name="root">Directory of the store; never removed.</param>
internal sealed class LocalAssetFolders(string root)
{
    private const int NotFound = 2; // ENOENT
    private const int MoveAttempts = 5;

    /// <summary>Whether the path cannot be an asset because it is a folder, or because a file exists where one of its folders must be.</summary>
    public bool IsNameTaken(string path) => Directory.Exists(path) || HasFileForFolder(path);

    /// <summary>Renames a file, creating its folders first, and again when a delete has removed an empty one in between.</summary>
    /// <returns><c>false</c> when the name is taken.</returns>
    public bool TryMove(string from, string to, bool overwrite)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (HasFileForFolder(to))
                {
                    return false;
                }

                Create(Path.GetDirectoryName(to)!);
                if (!overwrite)
                {
                    return DurableRename.TryMove(from, to);
                }

                File.Move(from, to, overwrite: true);
                return true;
            }
            catch (IOException error) when (attempt < MoveAttempts && (error is DirectoryNotFoundException || error.HResult == NotFound))
            {
            }
        }
    }

    /// <summary>Flushes a folder and removes it when it is empty, and so its parents.</summary>
    public void Leave(string folder)
    {
        try
        {
            DurableRename.FlushDirectory(folder);
        }
        catch (IOException error) when (error.HResult == NotFound)
        {
            // Another delete in the same folder removed it as empty, and with it the name that was to be removed.
        }

        try
        {
            for (; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder, recursive: false);
            }
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // Not empty: the usual end.
        }
    }

    private bool HasFileForFolder(string path)
    {
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > root.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (File.Exists(parent))
            {
                return true;
            }
        }

        return false;
    }

    private void Create(string folder)
    {
        if (folder.Length <= root.Length || Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        Create(parent);
        Directory.CreateDirectory(folder);
        DurableRename.FlushDirectory(parent);
    }
}
