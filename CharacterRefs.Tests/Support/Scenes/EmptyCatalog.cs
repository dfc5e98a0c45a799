using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>
/// A catalog in SQLite without rows, at the schema of this build. It is migrated once for all tests, because that takes longer than most of them.
/// </summary>
internal static class EmptyCatalog
{
    private static readonly Lazy<byte[]> s_file = new(Create);

    /// <summary>Writes it into a data directory that has none.</summary>
    public static void WriteTo(string dataRoot) => File.WriteAllBytes(FileOf(dataRoot).Path, s_file.Value);

    /// <summary>Closes the idle connections of this process to the catalog in a data directory.</summary>
    public static void Close(string dataRoot)
    {
        using var connection = new SqliteConnection(SqliteRegistration.ConnectionString(FileOf(dataRoot)));
        SqliteConnection.ClearPool(connection);
    }

    private static byte[] Create()
    {
        using var directory = new TempDirectory();
        var file = FileOf(directory.FullPath);
        using (var context = new CatalogDbContext(new DbContextOptionsBuilder<CatalogDbContext>().UseSqlite($"Data Source={file.Path};Pooling=False").Options))
        {
            context.Database.Migrate();
        }

        return File.ReadAllBytes(file.Path);
    }

    private static CatalogFile FileOf(string dataRoot) => new(new DataRootOptions { Path = dataRoot });
}
