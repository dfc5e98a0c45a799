namespace CharacterRefs.Application.Ports;

/// <summary>What is known, without asking anybody now, of whether the store answers.</summary>
public interface IStoreReachability
{
    /// <summary>Whether the last calls and probes got an answer.</summary>
    bool IsReachable { get; }
}
