namespace CharacterRefs.Application.Ports.Assets;

/// <summary>What is known, without asking anybody now, of whether the store answers.</summary>
public interface IStoreReachability
{
    /// <summary>Whether the last calls and probes got an answer.</summary>
    bool IsReachable { get; }

    /// <summary>
    /// What the store, or the way to it, was last seen to fail by, with a message that may be shown; <c>null</c> when its last answer was a good one.
    /// </summary>
    AssetStoreUnavailableException? Problem { get; }
}
