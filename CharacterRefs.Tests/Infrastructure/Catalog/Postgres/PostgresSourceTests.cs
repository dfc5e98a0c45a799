using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Tests.Support.Postgres;
using Npgsql;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Integration")]
internal sealed class PostgresSourceTests
{
    [TestCase("primary", 5)]
    [TestCase("read-write", 5)]
    [TestCase(null, null)]
    public async Task Open_WhenTwoHostsAreNamed_ConnectsToTheOneOfThisKind(string? kind, int? keepAlive)
    {
        var database = new NpgsqlConnectionStringBuilder(await PostgresTestServer.CreateEmptyAsync());
        var hosts = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Host = $"{database.Host}:1,{database.Host}:{database.Port}",
            TargetSessionAttributes = kind,
        };
        try
        {
            using var source = new PostgresSource(hosts.ConnectionString);
            await using var pooled = await source.Pool.OpenConnectionAsync();
            await using var unpooled = await source.OpenUnpooled("test", keepAlive).OpenConnectionAsync();

            Assert.That((pooled.Port, unpooled.Port), Is.EqualTo((database.Port, database.Port)));
        }
        finally
        {
            await PostgresTestServer.DropAsync(database.ConnectionString);
        }
    }
}
