using System.ComponentModel.DataAnnotations;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.AssociateReferences;

namespace CharacterRefs.Api.Jobs;

/// <summary>Images to associate with a job.</summary>
public sealed record AssociateCharacterReferencesRequest
{
    /// <summary>Ids of 1 to 1000 images, in the order the job lists them; duplicates are ignored.</summary>
    /// <example>["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"]</example>
    [Required]
    [MaxLength(AssociateReferencesCommand.MaxIds)]
    public IReadOnlyList<string?>? ImageIds { get; init; }

    internal AssociateReferencesCommand ToCommand(JobId jobId) => new(jobId, RequestIds.OfImages(ImageIds!));
}
