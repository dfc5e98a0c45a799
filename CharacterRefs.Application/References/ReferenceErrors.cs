using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>Refusals that several use cases share.</summary>
internal static class ReferenceErrors
{
    /// <summary>The wording of the contract.</summary>
    public static Error NotFound(CharacterReferenceId id) => new(ErrorKind.NotFound, $"Character reference image with ID {id} not found");
}
