using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The catalog as the service registers it, on a file.</summary>
internal sealed class TestCatalog : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly TempDirectory? _own;

    private TestCatalog(ServiceProvider services, TempDirectory directory, bool isOwn)
    {
        _services = services;
        _own = isOwn ? directory : null;
        Directory = directory;
    }

    public TempDirectory Directory { get; }

    /// <summary>The SQL of every command so far, those of the migration included.</summary>
    public SqlCommands Commands => _services.GetRequiredService<SqlCommands>();

    public IReferenceCatalog References => _services.GetRequiredService<IReferenceCatalog>();

    public IUploadQueue Uploads => _services.GetRequiredService<IUploadQueue>();

    public IGenerationLedger Ledger => _services.GetRequiredService<IGenerationLedger>();

    public IJobCatalog Jobs => _services.GetRequiredService<IJobCatalog>();

    public IJobLeases Leases => _services.GetRequiredService<IJobLeases>();

    public IDigestMemory Digests => _services.GetRequiredService<IDigestMemory>();

    public IWebhookOutbox Outbox => _services.GetRequiredService<IWebhookOutbox>();

    public WebhookSignal Signal => _services.GetRequiredService<WebhookSignal>();

    public FakeTimeProvider Clock => (FakeTimeProvider)_services.GetRequiredService<TimeProvider>();

    public IDbContextFactory<CatalogDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<CatalogDbContext>>();

    /// <param name="shared">Where the file lies or is to lie; without it, in a directory that goes with the catalog.</param>
    /// <param name="webhooks">Receivers of webhooks; <c>null</c> = none.</param>
    public static async Task<TestCatalog> OpenAsync(TempDirectory? shared = null, WebhookSettings? webhooks = null)
    {
        var directory = shared ?? new TempDirectory();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(AReference.Time))
            .AddSingleton(webhooks ?? WebhookSettings.None)
            .AddCatalog(new DataRootOptions { Path = directory.FullPath })
            .AddSingleton<SqlCommands>()
            .ConfigureDbContext<CatalogDbContext>((provider, context) => context.AddInterceptors(provider.GetRequiredService<SqlCommands>()))
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return new TestCatalog(services, directory, isOwn: shared is null);
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

    public async ValueTask DisposeAsync()
    {
        await using (var context = await Contexts.CreateDbContextAsync())
        {
            SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
        }

        await _services.DisposeAsync();
        _own?.Dispose();
    }
}
