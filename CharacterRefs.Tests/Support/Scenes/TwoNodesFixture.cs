using CharacterRefs.Tests.Support.Postgres;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>Two nodes of the test process on a database of their own in PostgreSQL.</summary>
internal abstract class TwoNodesFixture
{
    private string? _database;
    private TestCatalog? _one;
    private TestCatalog? _two;

    protected string Database => _database!;

    protected TestCatalog One => _one!;

    protected TestCatalog Two => _two!;

    [SetUp]
    public async Task OpenNodesAsync()
    {
        _database = await PostgresTestServer.CreateMigratedAsync();
        _one = await TestCatalog.OpenServerAsync(_database);
        _two = await TestCatalog.OpenServerAsync(_database);
    }

    [TearDown]
    public async Task CloseNodesAsync()
    {
        await TestCatalog.CloseAsync(_one);
        await TestCatalog.CloseAsync(_two);
        await (_database is null ? Task.CompletedTask : PostgresTestServer.DropAsync(_database));
    }
}
