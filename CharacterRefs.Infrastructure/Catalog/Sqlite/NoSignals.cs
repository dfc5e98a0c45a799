namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>No other node uses the catalog.</summary>
internal sealed class NoSignals : ICatalogSignals
{
    public void Send(CatalogSignal signal)
    {
    }
}
