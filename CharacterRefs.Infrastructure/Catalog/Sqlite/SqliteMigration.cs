using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>
/// Checks the catalog and migrates its schema before the first request. Whatever is wrong with the file ends the start with a sentence that names it and the
/// way out.
/// </summary>
internal sealed partial class SqliteMigration(
    IDbContextFactory<CatalogDbContext> contexts,
    CatalogFile file,
    DiskReserve reserve,
    TimeProvider clock,
    ILogger<SqliteMigration> logger,
    IReferenceFiles? images = null) : IHostedService, IDisposable
{
    /// <summary>How long a start waits for another program that has locked the catalog.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>The longest file that a start reads as a whole, in bytes.</summary>
    internal const long LongestRead = 32 * 1024 * 1024;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_reminder = TimeSpan.FromSeconds(10);

    // The pool closes connections that are idle for minutes, and the last one to close removes the index of the log, which a full disk could not take again:
    // then nothing could be read, and nothing deleted to free space.
    private SqliteConnection? _held;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            file.Confirm(images?.List().Any() is true);
            using var migrating = await LockAsync(cancellationToken);
            try
            {
                await MigrateAsync(cancellationToken);
            }
            catch (SqliteException error) when (SqliteFault.MayBeFullDisk(error) && reserve.TryRelease())
            {
                await MigrateAsync(cancellationToken);
            }

            _held = file.Open();

            // Its first query opens the log.
            SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(_held.Handle, "SELECT 1 FROM sqlite_schema"), _held.Handle);
        }
        catch (SqliteException error)
        {
            throw new InvalidSettingsException([SqliteFault.Describe(file.Path, error, file.FreeBytes)]);
        }
        catch (LocalStorageException error)
        {
            throw new InvalidSettingsException([$"{file.Path} cannot be used. {error.Message}"]);
        }

        reserve.Restore();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _held?.Dispose();

    /// <summary>
    /// A lock of our own, because that of EF is a row: it outlives a process that dies within a migration, and the next one waits for it without an end.
    /// </summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            if (file.TryLock() is { } held)
            {
                return held;
            }

            if (waited.Ticks % s_reminder.Ticks == 0)
            {
                LogWaiting(logger, file.Path, "another process migrates it", waited.TotalSeconds);
            }

            await Task.Delay(s_pause, clock, cancellationToken);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await WaitForWritersAsync(cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        ConfirmSound();
        var known = context.Database.GetMigrations().ToList();
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Except(known).LastOrDefault() is { } newer)
        {
            throw new InvalidSettingsException([Newer(newer)]);
        }

        var pending = known.Except(applied).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        await RemoveStaleLockAsync(context, cancellationToken);
        if (applied.Count > 0)
        {
            LogCopied(logger, DiskFault.Guard("A copy before the migration could not be made", () => file.Copy(pending[0])));
        }

        await CatalogSchema.MigrateAsync(context, pending, logger, cancellationToken);
        LogMigrated(logger, string.Join(", ", pending));
    }

    /// <summary>Waits until nobody else holds a lock. Queries SQLite directly, because its driver retries silently for 30 s.</summary>
    private async Task WaitForWritersAsync(CancellationToken cancellationToken)
    {
        using var connection = file.Open();
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            var result = SQLitePCL.raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE; ROLLBACK");
            if (!SqliteFault.IsLocked(result) || waited >= LongestWait)
            {
                SqliteException.ThrowExceptionForRC(result, connection.Handle);

                // A file that cannot be written is opened for reading, and a transaction for writing still begins.
                if (SQLitePCL.raw.sqlite3_db_readonly(connection.Handle, "main") == 1)
                {
                    throw new SqliteException("The file is read-only.", SQLitePCL.raw.SQLITE_READONLY);
                }

                // EF sets it only when it creates the file, and a process may die between the two.
                SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(connection.Handle, "PRAGMA journal_mode = wal"), connection.Handle);
                return;
            }

            if (waited.Ticks % s_reminder.Ticks == 0)
            {
                LogWaiting(logger, file.Path, "another program has locked it", waited.TotalSeconds);
            }

            await Task.Delay(s_pause, clock, cancellationToken);
        }
    }

    /// <summary>
    /// A damaged file is found here, and not by the request that happens to read the damaged page. Reading a long one would take seconds at each start; SQLite
    /// itself notices when it was cut.
    /// </summary>
    private void ConfirmSound()
    {
        if (file.Length > LongestRead)
        {
            return;
        }

        using var connection = file.Open();
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is not "ok")
        {
            throw new InvalidSettingsException([SqliteFault.Damaged(file.Path)]);
        }
    }

    /// <summary>Nobody else migrates now, so a row in EF's lock is from a process that died.</summary>
    private async Task RemoveStaleLockAsync(CatalogDbContext context, CancellationToken cancellationToken)
    {
        const string Table = "SELECT count(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (await context.Database.SqlQueryRaw<int>(Table).SingleAsync(cancellationToken) > 0
            && await context.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsLock", cancellationToken) > 0)
        {
            LogStaleLock(logger, file.Path);
        }
    }

    private string Newer(string migration)
    {
        var copy = file.Copies() is [.., var last] ? $", or restore {last}, which was made before" : "";
        return $"{file.Path} was written by a newer version of CharacterRefs: this one does not know the migration {migration}. Start that version{copy}.";
    }

    [LoggerMessage(100, LogLevel.Information, "Migrated the catalog schema: {Migrations}")]
    private static partial void LogMigrated(ILogger logger, string migrations);

    [LoggerMessage(101, LogLevel.Warning, "Start waits for {Path}: {Cause}; {Seconds} s so far")]
    private static partial void LogWaiting(ILogger logger, string path, string cause, double seconds);

    [LoggerMessage(102, LogLevel.Warning, "Removed the migration lock that a dead process left in {Path}")]
    private static partial void LogStaleLock(ILogger logger, string path);

    [LoggerMessage(103, LogLevel.Information, "Copied the catalog to {Path} before its migration")]
    private static partial void LogCopied(ILogger logger, string path);
}
