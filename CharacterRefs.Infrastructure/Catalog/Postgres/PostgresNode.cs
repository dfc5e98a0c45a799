using System.Collections.Concurrent;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Hosting;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// The row of this process in the catalog is its lease, renewed three times within its length. Other nodes decide by the clock of the database whether it is
/// alive. This one decides by a monotonic clock, counted from before the renewal was sent, so it learns first that its lease expired. A stop removes the row
/// last.
/// </summary>
internal sealed partial class PostgresNode(
    PostgresSource source, NodeSettings settings, CatalogDatabase database, DatabaseTime time, TimeProvider clock, ILogger<PostgresNode> logger)
    : Worker, ICatalogNode
{
    // What TLS and signed URLs accept, with a reserve.
    private static readonly TimeSpan s_difference = TimeSpan.FromSeconds(10);

    // A connection of its own: a renewal must not wait for a free one while requests take all of the pool.
    private readonly NpgsqlDataSource _source = source.OpenUnpooled("lease");
    private readonly string _name = $"{Environment.MachineName}:{Environment.ProcessId}";
    private readonly TimeSpan _pause = settings.Lease / 3;
    private readonly Lock _lock = new();

    // Those that this node may have.
    private readonly ConcurrentDictionary<NodeDuty, bool> _duties = new();
    private NpgsqlConnection? _connection;
    private volatile Lease? _lease;
    private Task? _stopped;

    public Guid Id { get; } = Guid.NewGuid();

    public bool IsAlone => false;

    public bool HasLease => _lease is { } lease && clock.GetElapsedTime(lease.RenewedAt) < settings.Lease;

    public bool MayTakeOver => HasLease && !(_lease?.RegainedAt is { } at && clock.GetElapsedTime(at) < settings.Lease);

    public async Task<bool> TryTakeAsync(NodeDuty duty, CancellationToken cancellationToken)
    {
        if (!MayTakeOver)
        {
            return false;
        }

        _duties[duty] = true; // before the statement, which may succeed without a response
        return await database.ReadAsync(
            context => context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO duties AS d ("Name", "NodeId") VALUES ({duty.ToString()}, {Id})
                ON CONFLICT ("Name") DO UPDATE SET "NodeId" = excluded."NodeId"
                WHERE d."NodeId" = excluded."NodeId" OR NOT EXISTS (
                    SELECT FROM nodes AS n WHERE n."Id" = d."NodeId" AND n."ExpiresAt" > extract(epoch FROM clock_timestamp()) * 1000000)
                """,
                cancellationToken),
            cancellationToken) > 0;
    }

    public async Task GiveUpAsync(NodeDuty duty, CancellationToken cancellationToken)
    {
        if (_duties.ContainsKey(duty))
        {
            await database.ReadAsync(
                context => context.Database.ExecuteSqlAsync(
                    $"""DELETE FROM duties WHERE "Name" = {duty.ToString()} AND "NodeId" = {Id}""", cancellationToken),
                cancellationToken);
            _duties.TryRemove(duty, out _);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(RenewAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    // A host may stop twice at once.
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _stopped ??= StopOnceAsync();
        }
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        base.Dispose();
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(RenewAsync, stoppingToken);
        }
    }

    private async Task StopOnceAsync()
    {
        await base.StopAsync(CancellationToken.None);
        _lease = null;

        // Also when the time to stop is over: it takes at most a third of the lease, and otherwise the other nodes wait for the whole lease.
        await TryAsync(token => QueryAsync("DELETE FROM nodes WHERE \"Id\" = @id RETURNING \"Name\"", token), CancellationToken.None);
        await DisconnectAsync();
    }

    private async Task TryAsync(Func<CancellationToken, Task> use, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await use(either.Token);
        }
        catch (Exception error) when (
            PostgresFault.IsOfConnection(error) || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogFailed(logger, error.Message);
            await DisconnectAsync();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var sentAt = clock.GetTimestamp();
        var now = (long)(await QueryAsync(
            """
            INSERT INTO nodes ("Id", "Name", "ExpiresAt") VALUES (@id, @name, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + @lease)
            ON CONFLICT ("Id") DO UPDATE SET "ExpiresAt" = excluded."ExpiresAt"
            RETURNING "ExpiresAt" - @lease
            """,
            cancellationToken))[0];
        var wasLost = _lease is not null && !HasLease;
        if (wasLost)
        {
            LogRegained(logger, settings.Lease.TotalSeconds);
        }

        if (time.Follow(CatalogRows.FromMicroseconds(now), clock.GetElapsedTime(sentAt)) && time.Offset.Duration() > s_difference)
        {
            LogDifference(logger, -time.Offset.TotalSeconds);
        }

        _lease = new Lease(sentAt, wasLost ? clock.GetTimestamp() : _lease?.RegainedAt);
        if (MayTakeOver)
        {
            // Skips rows that another node removes at the same moment. Work that names a removed node is free, like that of an expired one.
            foreach (var name in await QueryAsync(
                """
                DELETE FROM nodes WHERE "Id" IN (
                    SELECT "Id" FROM nodes WHERE "ExpiresAt" <= extract(epoch FROM clock_timestamp()) * 1000000 FOR UPDATE SKIP LOCKED)
                RETURNING "Name"
                """,
                cancellationToken))
            {
                LogExpired(logger, (string)name);
            }
        }
    }

    private async Task<List<object>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = _source.CreateConnection();
            await _connection.OpenAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.AddWithValue("id", Id);
        command.Parameters.AddWithValue("name", _name);
        command.Parameters.AddWithValue("lease", (long)settings.Lease.TotalMicroseconds);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new List<object>();
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetValue(0));
        }

        return values;
    }

    private async Task DisconnectAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(190, LogLevel.Warning, "The lease of this node was not renewed; the next attempt follows: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause);

    [LoggerMessage(
        191, LogLevel.Warning, "This node has its lease again after it was not renewed for more than {Seconds} s; others may have taken over its work")]
    private static partial void LogRegained(ILogger logger, double seconds);

    [LoggerMessage(192, LogLevel.Warning, "The lease of node {Name} expired; others take over its work")]
    private static partial void LogExpired(ILogger logger, string name);

    [LoggerMessage(
        193,
        LogLevel.Warning,
        "The clock of this machine is {Seconds:0} s ahead of PostgreSQL's (negative: behind), whose time is used instead; correct the one that is wrong")]
    private static partial void LogDifference(ILogger logger, double seconds);

    /// <param name="RenewedAt">Timestamp from before the last renewal was sent.</param>
    /// <param name="RegainedAt">Timestamp of the last renewal that came too late; <c>null</c> without one.</param>
    private sealed record Lease(long RenewedAt, long? RegainedAt);
}
