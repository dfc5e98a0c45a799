namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Enough of a generation to see whether it changed.</summary>
/// <param name="Id">The generation.</param>
/// <param name="Revision">Number of its last change.</param>
/// <param name="IsOpen">Whether a slot is open.</param>
/// <param name="IsCancelRequested">Whether canceling was requested.</param>
public sealed record GenerationVersion(GenerationId Id, long Revision, bool IsOpen, bool IsCancelRequested);
