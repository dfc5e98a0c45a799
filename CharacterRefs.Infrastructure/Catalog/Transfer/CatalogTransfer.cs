using System.Data;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace CharacterRefs.Infrastructure.Catalog.Transfer;

/// <summary>Copies the catalog row by row, or with SQLite's own command where both are its files.</summary>
internal sealed class CatalogTransfer(
    IDbContextFactory<CatalogDbContext> contexts, CatalogIdentity identity, TimeProvider clock, ILoggerFactory loggers) : ICatalogTransfer
{
    // Any number that no other program uses for a lock in this database.
    private const long Lock = 0x63_68_61_72_72_65_66_75;

    // https://sqlite.org/rescode.html
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private static readonly TransferEnd s_reading = new("The catalog cannot be read");

    public async Task<IReadOnlyList<CopiedTable>> CopyAsync(string target, CancellationToken cancellationToken)
    {
        var connection = DatabaseUrl.Parse(target);
        if (connection is null && target.Contains("://", StringComparison.Ordinal))
        {
            throw new InvalidSettingsException(["The target must be postgres://user:password@host:port/database, or the path of a file for SQLite."]);
        }

        var name = connection is null ? target : DatabaseUrl.NameOf(connection);
        var writing = new TransferEnd($"{name} cannot be used", " Run the command again: it continues.");
        await using var source = await contexts.CreateDbContextAsync(cancellationToken);
        await RejectLiveNodesAsync(source, "the catalog", cancellationToken);
        var id = await s_reading.RunAsync(() => identity.ReadOrCreateAsync(cancellationToken)); // by which a target is known to have the same catalog
        await using var to = await writing.RunAsync(
            () => connection is null ? OpenFileAsync(target, cancellationToken) : OpenServerAsync(connection, name, cancellationToken));
        await writing.RunAsync(() => LockAsync(to, cancellationToken));
        await RejectLiveNodesAsync(to, name, cancellationToken);
        var isOther = await writing.RunAsync(async () => await to.Identities.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } other
            ? other.Id != id
            : await to.References.AnyAsync(cancellationToken) || await to.Generations.AnyAsync(cancellationToken));
        return isOther
            ? throw new InvalidSettingsException([$"{name} has another catalog. Name an empty database, or a file that does not exist."])
            : await CopyAsync(source, to, writing, cancellationToken);
    }

    public async Task BackUpAsync(string path, CancellationToken cancellationToken)
    {
        var draft = path + ".draft";
        var writing = new TransferEnd($"{path} cannot be written");
        if (File.Exists(path))
        {
            throw new InvalidSettingsException([$"{path} exists. Name a file that does not."]);
        }

        try
        {
            await writing.RunAsync(() => Task.Run(() => File.Delete(draft), cancellationToken));
            await using (var source = await contexts.CreateDbContextAsync(cancellationToken))
            {
                await (source.Database.IsSqlite() ? VacuumAsync(source, draft, writing, cancellationToken)
                    : CopyToFileAsync(source, draft, writing, cancellationToken));
            }

            if (!await writing.RunAsync(() => Task.Run(() => TryName(draft, path), cancellationToken)))
            {
                throw new InvalidSettingsException([$"{path} exists. Name a file that does not."]);
            }
        }
        finally
        {
            foreach (var left in new[] { draft, $"{draft}-journal", $"{draft}-wal", $"{draft}-shm" }.Where(File.Exists))
            {
                File.Delete(left);
            }
        }
    }

    private static bool TryName(string draft, string path)
    {
        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        var isMoved = DurableRename.TryMove(draft, path);
        DurableRename.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return isMoved;
    }

    // One read transaction of SQLite: it sees one state and keeps nobody from writing.
    private async Task VacuumAsync(CatalogDbContext source, string draft, TransferEnd writing, CancellationToken cancellationToken)
    {
        source.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await writing.RunAsync(async () =>
        {
            try
            {
                var bytes = await source.Database
                    .SqlQuery<long>($"SELECT page_count * page_size AS Value FROM pragma_page_count, pragma_page_size").SingleAsync(cancellationToken);
                using var progress = Progress("Writing the bytes of the catalog", bytes, () => new FileInfo(draft) is { Exists: true } file ? file.Length : 0);
                await source.Database.ExecuteSqlAsync($"VACUUM INTO {draft}", cancellationToken);
            }
            catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
            {
                throw s_reading.Describe(damaged); // one command reads and writes
            }
        });
    }

    private async Task CopyToFileAsync(CatalogDbContext source, string draft, TransferEnd writing, CancellationToken cancellationToken)
    {
        if (await s_reading.RunAsync(async () => (await source.Database.GetPendingMigrationsAsync(cancellationToken)).Any()))
        {
            throw new InvalidSettingsException(["The catalog is of an older version of CharacterRefs. Use that version, or run \"migrate\" first."]);
        }

        await using var snapshot = await source.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var target = OfFile(draft);
        await writing.RunAsync(() => target.Database.MigrateAsync(cancellationToken));
        if ((await CopyAsync(source, target, writing, cancellationToken)).FirstOrDefault(table => !table.IsSame) is { } wrong)
        {
            throw new InvalidSettingsException([$"The copy of {wrong.Name} differs from its source. Check the disk of the file."]);
        }

        // Leaves one file, without a log.
        await writing.RunAsync(() => target.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = delete", cancellationToken));
    }

    private async Task<IReadOnlyList<CopiedTable>> CopyAsync(
        CatalogDbContext source, CatalogDbContext target, TransferEnd writing, CancellationToken cancellationToken)
    {
        var copied = new List<CopiedTable>();
        foreach (var type in InOrderOfReference(source.Model))
        {
            var copy = (ITableCopy)Activator.CreateInstance(typeof(TableCopy<>).MakeGenericType(type.ClrType), source, target, s_reading, writing)!;
            var rows = await s_reading.RunAsync(() => copy.CountAsync(cancellationToken));

            // Each row is copied, and then read at both ends.
            using var progress = Progress($"Copying {type.GetTableName()}, in three passes", 3 * rows);
            copied.Add(await copy.RunAsync(progress.Advance, cancellationToken));
        }

        return copied;
    }

    private WorkProgress Progress(string work, long total, Func<long>? measure = null) =>
        new(work, () => total, clock, loggers.CreateLogger<CatalogTransfer>(), measure);

    /// <summary>A service that uses either end would change it during the copy.</summary>
    private static async Task RejectLiveNodesAsync(CatalogDbContext context, string name, CancellationToken cancellationToken)
    {
        if (!context.Database.IsNpgsql())
        {
            return; // the lock on DATA_ROOT keeps services away
        }

        var live = await new TransferEnd($"{name} cannot be used").RunAsync(() => context.Database
            .SqlQuery<string>($"""SELECT "Name" AS "Value" FROM nodes WHERE "ExpiresAt" > extract(epoch FROM clock_timestamp()) * 1000000 ORDER BY 1""")
            .ToListAsync(cancellationToken));
        if (live.Count > 0)
        {
            throw new InvalidSettingsException([
                $"Services use {name}: {string.Join(", ", live)}. Stop them first; after a crash, wait until their lease (NODE_LEASE) has expired."]);
        }
    }

    /// <summary>
    /// Keeps another copy away. The session that writes holds the lock: that of a killed process may still commit its last batch, and is waited for.
    /// </summary>
    private static async Task LockAsync(CatalogDbContext target, CancellationToken cancellationToken)
    {
        if (target.Database.IsNpgsql())
        {
            await target.Database.OpenConnectionAsync(cancellationToken); // and kept open, with its lock, until the end
            await using var command = target.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT pg_advisory_lock({Lock})";
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The tables, each after those that its rows refer to; not those of the processes that run on the catalog now.</summary>
    private static List<IEntityType> InOrderOfReference(IModel model)
    {
        var ordered = new List<IEntityType>();
        var left = model.GetEntityTypes()
            .Where(type => type.ClrType != typeof(NodeRow) && type.ClrType != typeof(DutyRow) && type.ClrType != typeof(SharedStateRow))
            .OrderBy(type => type.GetTableName() != "catalog_identity").ThenBy(type => type.Name, StringComparer.Ordinal)
            .ToList();
        while (left.Count > 0)
        {
            var next = left.First(type => type.GetForeignKeys().All(key => ordered.Contains(key.PrincipalEntityType)));
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    private async Task<CatalogDbContext> OpenFileAsync(string path, CancellationToken cancellationToken)
    {
        var file = OfFile(path);
        if ((await file.Database.GetPendingMigrationsAsync(cancellationToken)).ToList() is { Count: > 0 } pending)
        {
            await CatalogSchema.MigrateAsync(file, pending, loggers.CreateLogger<CatalogTransfer>(), cancellationToken);
        }

        return file;
    }

    private async Task<CatalogDbContext> OpenServerAsync(string connection, string name, CancellationToken cancellationToken)
    {
        var source = new PostgresSource(connection); // it ends with the process, as the command does after the copy
        var factory = new PooledDbContextFactory<PostgresCatalogContext>(new DbContextOptionsBuilder<PostgresCatalogContext>()
            .UseNpgsql(source.OpenUnpooled("copy")).Options);
        await new PostgresMigration(source, factory, loggers.CreateLogger<PostgresMigration>(), name).StartAsync(cancellationToken);
        return await factory.CreateDbContextAsync(cancellationToken);
    }

    private static CatalogDbContext OfFile(string path) => new(new DbContextOptionsBuilder<CatalogDbContext>()
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()).Options);
}
