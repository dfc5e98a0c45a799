using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>The file of the catalog, <c>{DATA_ROOT}/catalog.db</c>, and the files beside it.</summary>
internal sealed class CatalogFile(DataRootOptions dataRoot)
{
    private const string CopyMark = ".before-";

    /// <summary>Its path, as configured.</summary>
    public string Path { get; } = System.IO.Path.Join(dataRoot.Path, "catalog.db");

    /// <summary>Its length in bytes, without that of its log.</summary>
    public long Length => new FileInfo(Path).Length;

    /// <summary>Free space of its disk in bytes.</summary>
    public long FreeBytes => new DriveInfo(System.IO.Path.GetFullPath(dataRoot.Path)).AvailableFreeSpace;

    /// <summary>Makes sure that there is a file, or none yet.</summary>
    /// <param name="hasImages">Whether image files exist already. SQLite takes an empty file for a new database.</param>
    /// <exception cref="InvalidSettingsException">A directory has its name, or it was cut to nothing.</exception>
    public void Confirm(bool hasImages)
    {
        if (Directory.Exists(Path))
        {
            throw new InvalidSettingsException([$"{Path} is a directory, and the catalog must be a file. Move the directory away."]);
        }

        if (hasImages && new FileInfo(Path) is { Exists: true, Length: 0 } && new FileInfo(Path + "-wal") is { Exists: false } or { Length: 0 })
        {
            throw new InvalidSettingsException([
                $"{Path} is empty, and there are images. Restore a backup of it, or delete it: "
                + "the next start then adopts the image files into a new catalog, without prompts and jobs."]);
        }
    }

    /// <summary>Waits never: takes the lock under which the schema is changed, or returns <c>null</c> while another process has it.</summary>
    public FileStream? TryLock() =>
        DiskFault.Guard("The lock of the catalog cannot be created", () => FileLock.TryTake(Path + ".migration-lock"));

    /// <summary>Copies the catalog, the pages of its log included, and keeps only this copy: earlier ones are older than the last migration.</summary>
    /// <param name="nextMigration">Becomes part of the copy's name: the copy is from before this migration.</param>
    /// <returns>Path of the copy.</returns>
    public string Copy(string nextMigration)
    {
        var (path, draft) = (Path + CopyMark + nextMigration, Path + CopyMark + "draft");
        File.Delete(draft);
        using (var source = Open())
        using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = draft, Pooling = false }.ToString()))
        {
            target.Open();
            source.BackupDatabase(target);
        }

        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        DurableRename.Replace(draft, path);
        DurableRename.FlushDirectory(System.IO.Path.GetFullPath(dataRoot.Path));
        foreach (var earlier in Copies().Where(copy => copy != path))
        {
            StagedFile.TryRemove(earlier);
        }

        return path;
    }

    /// <summary>The copies that were made before migrations.</summary>
    public IReadOnlyList<string> Copies() =>
        [.. Directory.GetFiles(dataRoot.Path, System.IO.Path.GetFileName(Path) + CopyMark + "*").Order(StringComparer.Ordinal)];

    /// <summary>Flushes the log to disk, if there is one.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public void FlushLog() => DiskFault.Guard("The catalog could not be flushed to disk", () =>
    {
        try
        {
            // SQLite has no locks on this file, which closing it would release.
            using var log = File.OpenHandle(Path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
        }
        catch (FileNotFoundException)
        {
        }
    });

    /// <summary>Opens a connection outside of the pool.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
