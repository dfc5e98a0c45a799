using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>Which errors of the database are those of its file or disk, by the SQLite result codes (https://sqlite.org/rescode.html).</summary>
internal static class SqliteFault
{
    private const long LittleSpace = 128 * 1024;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private const string WithoutIt = "the next start then adopts the image files into a new catalog, without prompts and jobs.";

    public static bool IsOfDisk(Exception error) => CodeOf(error) is Busy or ReadOnly or InputOutput or Corrupt or Full or CannotOpen or NotADatabase;

    public static LocalStorageException Translate(Exception error) => new(CodeOf(error) switch
    {
        Full => "The catalog could not be written: the disk is full.",
        ReadOnly => "The catalog could not be written: it is read-only.",
        Busy => "The catalog could not be written: another process holds it.",
        Corrupt or NotADatabase =>
            $"The catalog is damaged. Stop the service and restore a backup of catalog.db in DATA_ROOT, or move it away: {WithoutIt}",
        _ => "The catalog could not be used: the disk reported an error.",
    }, error);

    /// <summary>Whether more space may help. A log or index that cannot grow is reported as an input or output error.</summary>
    public static bool MayBeFullDisk(Exception? error) => CodeOf(error) is Full or InputOutput;

    /// <summary>Whether somebody else holds a lock.</summary>
    /// <param name="resultCode">A result code of SQLite, extended or not.</param>
    public static bool IsLocked(int resultCode) => (resultCode & 0xFF) is Busy or Locked;

    /// <summary>The sentences for an operator whose start ends with this error: the cause and the way out.</summary>
    /// <param name="error">An error of SQLite.</param>
    /// <param name="freeBytes">Free space of its disk.</param>
    public static string Describe(string path, SqliteException error, long freeBytes) => (error.SqliteErrorCode, freeBytes) switch
    {
        (Busy or Locked, _) => $"{path} is locked by another program. Close what uses it, such as a database browser or a backup, and start again.",
        (ReadOnly, _) => $"{path} cannot be written: the file, its directory or its disk is read-only for this user. Make it writable.",
        (Corrupt or NotADatabase, _) => Damaged(path),
        (Full, _) or (InputOutput or CannotOpen, < LittleSpace) => $"{path} cannot be written: the disk is full. Free some space and start again.",
        (CannotOpen, _) => $"{path} cannot be opened. Check that this user may read and write the file and its directory.",
        _ => $"{path} cannot be used: SQLite reports error {error.SqliteExtendedErrorCode}. Check the disk, or restore a backup of the file.",
    };

    /// <summary>The sentences for a catalog whose content is damaged.</summary>
    public static string Damaged(string path) => $"{path} is damaged. Restore a backup of it, or move it away: {WithoutIt}";

    private static int? CodeOf(Exception? error) =>
        (error as SqliteException ?? (error as DbUpdateException)?.InnerException as SqliteException)?.SqliteErrorCode;
}
