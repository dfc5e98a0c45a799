namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>One entry of a 422.</summary>
internal sealed record InvalidField(string? Field, string? Description);
