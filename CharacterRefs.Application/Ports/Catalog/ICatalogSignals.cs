namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Sends messages to the other nodes on the same catalog.</summary>
public interface ICatalogSignals
{
    /// <summary>Sends a message soon, after the commit of what it is about. It can be lost, and never fails.</summary>
    void Send(CatalogSignal signal);
}
