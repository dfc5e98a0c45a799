using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.Jobs.AssociateReferences;

namespace CharacterRefs.Api.Jobs;

/// <summary>Images that a job is to use.</summary>
public sealed record AssociateCharacterReferencesRequest
{
    /// <summary>1 to 1000 ids, in the order in which the job is to list them; repeats are harmless.</summary>
    /// <example>["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"]</example>
    [Required]
    [MaxLength(AssociateReferencesCommand.MaxIds)]
    public IReadOnlyList<string?>? ImageIds { get; init; }
}
