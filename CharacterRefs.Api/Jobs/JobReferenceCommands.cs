using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Api.Jobs;

/// <summary>A validated association as a command.</summary>
internal static class JobReferenceCommands
{
    public static AssociateReferencesCommand From(JobId jobId, AssociateCharacterReferencesRequest request) => new(jobId, RequestIds.IdsOf(request.ImageIds!));
}
