using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Tests.Support.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Integration")]
internal sealed class PostgresMigrationTests
{
    private string? _database;

    private string Database => _database!;

    [SetUp]
    public async Task SetUp() => _database = await PostgresTestServer.CreateEmptyAsync();

    [TearDown]
    public async Task TearDown() => await (_database is null ? Task.CompletedTask : PostgresTestServer.DropAsync(_database));

    [Test]
    public async Task StartAsync_WhenSeveralStartAtOnce_MigratesOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync(Database))));

        await using var services = ServicesOf(Database);
        await using var context = await services.GetRequiredService<IDbContextFactory<PostgresCatalogContext>>().CreateDbContextAsync();
        Assert.That(await context.Database.GetPendingMigrationsAsync(), Is.Empty);
        Assert.That(await context.References.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task StartAsync_WhenANewerVersionMigrated_StopsAndNamesTheMigration()
    {
        await MigrateAsync(Database);
        await using (var connection = new NpgsqlConnection(Database))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """INSERT INTO "__EFMigrationsHistory" VALUES ('20991231000000_AddLater', '99.0.0')""", connection);
            await command.ExecuteNonQueryAsync();
        }

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => MigrateAsync(Database));

        Assert.That(error!.Message, Does.Contain("newer version").And.Contain("20991231000000_AddLater"));
    }

    [TestCase("Database", "no_such_database", "does not exist")]
    [TestCase("Port", 1, "cannot be used")]
    [TestCase("Username", "nobody-known", "rejects")]
    public async Task StartAsync_WhenTheServerRejects_StopsWithASentenceAndNoPassword(string key, object value, string words)
    {
        var connection = new NpgsqlConnectionStringBuilder(Database) { Password = "hunter2", [key] = value };

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => MigrateAsync(connection.ConnectionString));

        Assert.That(error!.Message, Does.Contain(words).And.Contain("DATABASE_URL"));
        Assert.That(error.Message, Does.Not.Contain("hunter2"));
    }

    private static async Task MigrateAsync(string database)
    {
        await using var services = ServicesOf(database);
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private static ServiceProvider ServicesOf(string database) =>
        new ServiceCollection().AddLogging().AddMetrics().AddSingleton(TimeProvider.System).AddSingleton(Substitute.For<IReferenceFiles>())
            .AddPostgresCatalog(database, new NodeSettings { Lease = TimeSpan.FromSeconds(6) }).BuildServiceProvider();
}
