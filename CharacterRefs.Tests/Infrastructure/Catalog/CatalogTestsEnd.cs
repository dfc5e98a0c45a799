using CharacterRefs.Tests.Support.Postgres;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

/// <summary>Removes what the tests of the catalog share on a server.</summary>
[SetUpFixture]
internal sealed class CatalogTestsEnd
{
    [OneTimeTearDown]
    public Task CloseAsync() => PostgresTestServer.CloseAsync();
}
