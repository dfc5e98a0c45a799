using System.Threading.Channels;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Integration")]
internal sealed class PostgresSignalsTests
{
    private static readonly CatalogSignal s_signal = new(CatalogSignalKind.Prediction, "a subject of several words");

    private readonly CapturedLog _log = new();
    private string? _database;

    [SetUp]
    public async Task SetUp() => _database = await PostgresTestServer.CreateEmptyAsync();

    [TearDown]
    public Task TearDown() => _database is null ? Task.CompletedTask : PostgresTestServer.DropAsync(_database);

    [Test]
    public async Task Send_WhenOthersListen_ReachesThemOnceInItsOrderAndNotItself()
    {
        var (one, two) = (Signals(_database!), Signals(_database!));
        await using var first = await Listening.StartAsync(_database!, one, _log);
        await using var second = await Listening.StartAsync(_database!, two, _log);
        var last = new CatalogSignal(CatalogSignalKind.Work);

        one.Send(s_signal);
        await one.SettleAsync(CancellationToken.None);
        one.Send(last);
        two.Send(last);

        Assert.That(await second.NextAsync(), Is.EqualTo(s_signal));
        Assert.That(await second.NextAsync(), Is.EqualTo(last));
        Assert.That(await first.NextAsync(), Is.EqualTo(last), "its own came before");
    }

    [Test]
    public async Task Listen_WhenTheConnectionIsCut_CountsEverythingAsSignalledAndGoesOn()
    {
        var one = Signals(_database!);
        await using var listening = await Listening.StartAsync(_database!, Signals(_database!), _log);

        await using (var connection = new NpgsqlConnection(_database))
        {
            await connection.OpenAsync();
            await using var cut = new NpgsqlCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'", connection);
            Assert.That(await cut.ExecuteScalarAsync(), Is.EqualTo(1));
        }

        Assert.That(await listening.NextAsync(), Is.Null, "all");
        one.Send(s_signal);
        Assert.That(await listening.NextAsync(), Is.EqualTo(s_signal));
        Assert.That(_log.Lines, Has.Some.Contains("was lost"));
    }

    [Test]
    public async Task Send_WhenPostgresIsUnreachable_IsLoggedOnceAndFailsNobody()
    {
        var signals = Signals("Host=127.0.0.1;Port=9;Database=none");

        for (var i = 0; i < 3; i++)
        {
            signals.Send(s_signal);
            await signals.SettleAsync(CancellationToken.None);
        }

        Assert.That(_log.Lines, Has.Exactly(1).Contains("could not be sent"));
    }

    [Test]
    public void Read_WhenAnotherVersionSentIt_IsNull()
    {
        Assert.That(Signals("Host=127.0.0.1").Read("sender Unheard-of subject"), Is.Null);
        Assert.That(Signals("Host=127.0.0.1").Read(""), Is.Null);
    }

    private PostgresSignals Signals(string database) => new(
        new PooledDbContextFactory<PostgresCatalogContext>(new DbContextOptionsBuilder<PostgresCatalogContext>().UseNpgsql(database).Options),
        _log.Of<PostgresSignals>());

    /// <summary>A service that listens; <c>null</c> stands for everything.</summary>
    private sealed class Listening : ISignalReceiver, IAsyncDisposable
    {
        private readonly Channel<CatalogSignal?> _received = Channel.CreateUnbounded<CatalogSignal?>();
        private readonly PostgresSource _source;
        private readonly PostgresListener _listener;

        private Listening(string database, PostgresSignals signals, CapturedLog log)
        {
            _source = new PostgresSource(database);
            _listener = new PostgresListener(_source, signals, [this], TimeProvider.System, log.Of<PostgresListener>());
        }

        public static async Task<Listening> StartAsync(string database, PostgresSignals signals, CapturedLog log)
        {
            var listening = new Listening(database, signals, log);
            await listening._listener.StartAsync(CancellationToken.None);
            Assert.That(await listening.NextAsync(), Is.Null, "at the first connection too");
            return listening;
        }

        public void Receive(CatalogSignal signal) => _received.Writer.TryWrite(signal);

        public void ReceiveAll() => _received.Writer.TryWrite(null);

        public async Task<CatalogSignal?> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Condition.Limit);

        public async ValueTask DisposeAsync()
        {
            await _listener.StopAsync(CancellationToken.None);
            _listener.Dispose();
            _source.Dispose();
        }
    }
}
