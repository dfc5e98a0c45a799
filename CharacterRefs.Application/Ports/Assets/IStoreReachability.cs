namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Whether the store is reachable, by its last responses; sends no request.</summary>
public interface IStoreReachability
{
    /// <summary>Whether the last calls and probes got a response.</summary>
    bool IsReachable { get; }

    /// <summary>Cause of the last failure, with a message that may be shown to clients; <c>null</c> when the last call succeeded.</summary>
    AssetStoreUnavailableException? Problem { get; }
}
