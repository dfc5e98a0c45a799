using CharacterRefs.Application.Ports;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support;

/// <summary>The catalog as the service registers it, on a file.</summary>
internal sealed class TestCatalog : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestCatalog(ServiceProvider services) => _services = services;

    public IReferenceCatalog References => _services.GetRequiredService<IReferenceCatalog>();

    public IGenerationLedger Ledger => _services.GetRequiredService<IGenerationLedger>();

    public IDbContextFactory<CatalogDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<CatalogDbContext>>();

    public static async Task<TestCatalog> OpenAsync(TempDirectory directory)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(AReference.Time))
            .AddCatalog(new DataRootOptions { Path = directory.FullPath })
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return new TestCatalog(services);
    }

    public async ValueTask DisposeAsync()
    {
        await using (var context = await Contexts.CreateDbContextAsync())
        {
            SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
        }

        await _services.DisposeAsync();
    }
}
