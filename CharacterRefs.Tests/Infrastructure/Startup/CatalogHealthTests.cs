using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Startup;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Unit")]
internal sealed class CatalogHealthTests
{
    [Test]
    public async Task CheckHealthAsync_WhenTheCatalogFails_IsUnhealthyWithASentenceAndNoException()
    {
        var contexts = Substitute.For<IDbContextFactory<CatalogDbContext>>();
        contexts.CreateDbContextAsync(default).ThrowsAsyncForAnyArgs(new SqliteException("disk I/O error", 10));
        var engine = Substitute.For<ICatalogEngine>();
        engine.Translate(default!).ReturnsForAnyArgs(call => SqliteFault.Translate(call.Arg<Exception>()));
        using var catalog = new CatalogDatabase(contexts, engine, TimeProvider.System);

        var result = await new CatalogHealth(catalog).CheckHealthAsync(new HealthCheckContext(), default);

        Assert.That((result.Status, result.Exception), Is.EqualTo((HealthStatus.Unhealthy, (Exception?)null)));
        Assert.That(result.Description, Is.EqualTo("The catalog could not be used: the disk reported an error."));
    }
}
