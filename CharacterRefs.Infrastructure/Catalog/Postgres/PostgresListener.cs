using CharacterRefs.Infrastructure.Hosting;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// Receives the signals of other nodes on a separate connection. After each new connection everything counts as signalled. Behind a pooler in transaction
/// mode, nothing arrives.
/// </summary>
internal sealed partial class PostgresListener(
    PostgresSource source, PostgresSignals signals, IEnumerable<ISignalReceiver> receivers, TimeProvider clock, ILogger<PostgresListener> logger) : Worker
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // Seconds after which a connection that gives no sign is tested.
    private const int KeepAlive = 10;

    private readonly NpgsqlDataSource _source = source.OpenUnpooled("signals", KeepAlive);
    private readonly IReadOnlyList<ISignalReceiver> _receivers = [.. receivers];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await signals.SettleAsync(cancellationToken);
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception error) when (PostgresFault.IsOfConnection(error))
            {
                LogCut(logger, error.Message);
            }

            await Task.Delay(s_pause, clock, stoppingToken);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) => Receive(notification.Payload);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"LISTEN {PostgresSignals.Channel}";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var receiver in _receivers)
        {
            receiver.ReceiveAll();
        }

        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    private void Receive(string payload)
    {
        if (signals.Read(payload) is { } signal)
        {
            foreach (var receiver in _receivers)
            {
                receiver.Receive(signal);
            }
        }
    }

    [LoggerMessage(115, LogLevel.Warning, "The connection for signals of other nodes was lost; their changes are found by polling until it is back: {Cause}")]
    private static partial void LogCut(ILogger logger, string cause);
}
