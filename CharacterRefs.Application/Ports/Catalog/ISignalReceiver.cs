namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Receives the messages of other nodes on the same catalog. Every implementation gets every message; it must return at once.</summary>
public interface ISignalReceiver
{
    /// <summary>Another node sent a message.</summary>
    void Receive(CatalogSignal signal);

    /// <summary>Messages may have been lost: look for everything now.</summary>
    void ReceiveAll();
}
