using System.Diagnostics.Metrics;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The catalog as the service registers it, on a file or on a server.</summary>
internal sealed class TestCatalog : IAsyncDisposable
{
    /// <summary>The lease of a node: longer than any test, so that it ends only by <see cref="ExpireAsync"/>.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    private readonly ServiceProvider _services;
    private readonly TempDirectory? _own;

    private readonly string? _server;

    private TestCatalog(ServiceProvider services, TempDirectory directory, bool isOwn, string? server)
    {
        _services = services;
        _own = isOwn ? directory : null;
        _server = server;
        Directory = directory;
    }

    public TempDirectory Directory { get; }

    /// <summary>The SQL of every command so far, those of the migration included.</summary>
    public SqlCommands Commands => _services.GetRequiredService<SqlCommands>();

    public LostCommits LostCommits => _services.GetRequiredService<LostCommits>();

    public CatalogDatabase Database => _services.GetRequiredService<CatalogDatabase>();

    public ICatalogEngine Engine => _services.GetRequiredService<ICatalogEngine>();

    public IReferenceCatalog References => _services.GetRequiredService<IReferenceCatalog>();

    public IDerivativeCatalog Derivatives => _services.GetRequiredService<IDerivativeCatalog>();

    public IUploadQueue Uploads => _services.GetRequiredService<IUploadQueue>();

    public IGenerationLedger Ledger => _services.GetRequiredService<IGenerationLedger>();

    public IJobCatalog Jobs => _services.GetRequiredService<IJobCatalog>();

    public IJobLeases Leases => _services.GetRequiredService<IJobLeases>();

    public IDigestMemory Digests => _services.GetRequiredService<IDigestMemory>();

    public ICatalogNode Node => _services.GetRequiredService<ICatalogNode>();

    public IWebhookOutbox Outbox => _services.GetRequiredService<IWebhookOutbox>();

    public WebhookSignal Signal => _services.GetRequiredService<WebhookSignal>();

    public IReferenceFiles Files => _services.GetRequiredService<IReferenceFiles>();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public FakeTimeProvider Clock => (FakeTimeProvider)_services.GetRequiredService<TimeProvider>();

    public IDbContextFactory<CatalogDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<CatalogDbContext>>();

    /// <param name="shared">The directory of the file; <c>null</c> = one that is removed with the catalog.</param>
    /// <param name="webhooks">Receivers of webhooks; <c>null</c> = none.</param>
    public static Task<TestCatalog> OpenAsync(TempDirectory? shared = null, WebhookSettings? webhooks = null) =>
        OpenAsync(shared, webhooks, server: null, isOwn: shared is null);

    /// <summary>Opens an empty catalog that goes with this instance.</summary>
    public static async Task<TestCatalog> OpenAsync(CatalogKind kind, WebhookSettings? webhooks = null) => await OpenAsync(
        null, webhooks, kind is CatalogKind.Postgres ? await PostgresTestServer.CreateMigratedAsync() : null, isOwn: true);

    /// <summary>Opens a catalog that an earlier version left, which migrates it.</summary>
    /// <param name="kind">Its engine.</param>
    /// <param name="earlier">Writes the earlier version's schema and rows into an empty database.</param>
    public static async Task<TestCatalog> OpenAsync(CatalogKind kind, Func<CatalogDbContext, Task> earlier) => await OpenAsync(
        null, null, kind is CatalogKind.Postgres ? await PostgresTestServer.CreateEmptyAsync() : null, isOwn: true, earlier);

    /// <summary>Opens the catalog in a database of PostgreSQL, which stays.</summary>
    public static Task<TestCatalog> OpenServerAsync(string server) => OpenAsync(null, null, server, isOwn: false);

    /// <summary>Opens this catalog as another process does.</summary>
    public Task<TestCatalog> OpenAnotherAsync() => OpenAsync(Directory, null, _server, isOwn: false);

    private static async Task<TestCatalog> OpenAsync(
        TempDirectory? shared, WebhookSettings? webhooks, string? server, bool isOwn, Func<CatalogDbContext, Task>? earlier = null)
    {
        var directory = shared ?? new TempDirectory();
        var clock = new OpeningClock();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IMeterFactory, TestMeters>()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(webhooks ?? WebhookSettings.None)
            .AddSingleton<IReferenceFiles>(_ => new LocalReferenceFiles(new DataRootOptions { Path = directory.FullPath }))
            .AddSingleton<SqlCommands>()
            .AddSingleton<LostCommits>();
        if (server is null)
        {
            if (shared is null && earlier is null)
            {
                EmptyCatalog.WriteTo(directory.FullPath);
            }

            services.AddSqliteCatalog(new DataRootOptions { Path = directory.FullPath }).ConfigureDbContext<CatalogDbContext>(Intercept);
        }
        else
        {
            services.AddPostgresCatalog(server, new NodeSettings { Lease = Lease }).ConfigureDbContext<PostgresCatalogContext>(Intercept);
        }

        var provider = services.BuildServiceProvider();
        if (earlier is not null)
        {
            await using var context = await provider.GetRequiredService<IDbContextFactory<CatalogDbContext>>().CreateDbContextAsync();
            await earlier(context);
        }

        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        clock.IsOpen = true;
        return new TestCatalog(provider, directory, isOwn, server);

        static void Intercept(IServiceProvider provider, DbContextOptionsBuilder context) =>
            context.AddInterceptors(provider.GetRequiredService<SqlCommands>(), provider.GetRequiredService<LostCommits>());
    }

    /// <summary>Rows of uploads, in one transaction, so that many take no time.</summary>
    /// <returns>Their ids in the order of insertion.</returns>
    public async Task<List<CharacterReferenceId>> AddUploadsAsync(int count)
    {
        var references = Enumerable.Range(0, count).Select(_ => AReference.Uploaded()).ToList();
        await using var context = await Contexts.CreateDbContextAsync();
        context.References.AddRange(references.Select(CatalogRows.ToRow));
        await context.SaveChangesAsync();
        return [.. references.Select(reference => reference.Id)];
    }

    /// <summary>Closes the connections of the pool, which a cut has ended, so that the next command opens one.</summary>
    public void Reconnect() => _services.GetRequiredService<PostgresSource>().Pool.Clear();

    /// <summary>Ends the lease of a node in the database, as the time does when the node hangs.</summary>
    public async Task ExpireAsync(ICatalogNode node)
    {
        await using var context = await Contexts.CreateDbContextAsync();
        await context.Nodes.Where(row => row.Id == node.Id).ExecuteUpdateAsync(rows => rows.SetProperty(row => row.ExpiresAt, 0));
    }

    /// <summary>Lets a third of the lease pass, and waits until this node has renewed it.</summary>
    public async Task RenewAsync()
    {
        var before = await ExpiryAsync();
        Clock.Advance(Lease / 3);
        await Condition.UntilAsync(async () => await ExpiryAsync() > before && Node.HasLease); // the row comes first
    }

    /// <summary>Stops what runs beside requests, as a service does.</summary>
    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    private async Task<long> ExpiryAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync();
        return await context.Nodes.Where(row => row.Id == Node.Id).Select(row => row.ExpiresAt).SingleOrDefaultAsync();
    }

    /// <summary>Closes a catalog; nothing when it was not opened, because there is no server for it.</summary>
    public static async Task CloseAsync(TestCatalog? catalog)
    {
        if (catalog is not null)
        {
            await catalog.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        EmptyCatalog.Close(Directory.FullPath);
        if (_own is not null && _server is not null)
        {
            await PostgresTestServer.DropAsync(_server);
        }

        _own?.Dispose();
    }

    /// <summary>A fake clock with real timers until the catalog is open: a service that migrates the same catalog is waited for.</summary>
    private sealed class OpeningClock() : FakeTimeProvider(AReference.Time)
    {
        public bool IsOpen { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsOpen ? base.CreateTimer(callback, state, dueTime, period) : System.CreateTimer(callback, state, dueTime, period);
    }
}
