using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations;

/// <summary>Errors about generations.</summary>
internal static class GenerationErrors
{
    /// <summary>No generation has this id.</summary>
    public static Error NotFound(GenerationId id) => new(ErrorKind.NotFound, $"Generation with ID {id} not found");
}
