using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Which errors of the database are disk errors, by the SQLite result codes (https://sqlite.org/rescode.html).</summary>
internal static class CatalogFault
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    public static bool IsOfDisk(Exception error) => CodeOf(error) is Busy or ReadOnly or InputOutput or Full or CannotOpen;

    public static LocalStorageException Translate(Exception error) => new(CodeOf(error) switch
    {
        Full => "The catalog could not be written: the disk is full.",
        ReadOnly => "The catalog could not be written: it is read-only.",
        Busy => "The catalog could not be written: another process holds it.",
        _ => "The catalog could not be used: the disk reported an error.",
    }, error);

    private static int? CodeOf(Exception error) =>
        (error as SqliteException ?? (error as DbUpdateException)?.InnerException as SqliteException)?.SqliteErrorCode;
}
