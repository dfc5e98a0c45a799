namespace CharacterRefs.Application.Generations.Run;

/// <summary>What a stop of the service left behind, for its exit code.</summary>
public sealed class ServiceStop
{
    /// <summary>Generations that were cut in the middle of a step because the time to stop was over.</summary>
    public int CutGenerations { get; set; }
}
