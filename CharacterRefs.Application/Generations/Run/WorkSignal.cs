using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>There may be a generation for this node to run: one was left to any node, or a place became free here.</summary>
public sealed class WorkSignal : Signal;
