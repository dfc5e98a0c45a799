namespace CharacterRefs.Application.Generations.Run;

/// <summary>Whether the service stops, and what the stop left behind, for its exit code.</summary>
public sealed class ServiceStop
{
    private int _begun;

    /// <summary>Whether a stop was requested. It may continue to serve for some time.</summary>
    public bool HasBegun => Volatile.Read(ref _begun) > 0;

    /// <summary>A stop was requested.</summary>
    /// <returns>Whether for the first time.</returns>
    public bool Begin() => Interlocked.Increment(ref _begun) == 1;

    /// <summary>Generations that were cut in the middle of a step because the time to stop was over.</summary>
    public int CutGenerations { get; set; }
}
