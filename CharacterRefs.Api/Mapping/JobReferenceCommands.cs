using CharacterRefs.Api.Contracts;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Api.Mapping;

/// <summary>A validated association as a command.</summary>
internal static class JobReferenceCommands
{
    public static AssociateReferencesCommand From(JobId jobId, AssociateCharacterReferencesRequest request) => new(jobId, StorageQueries.IdsOf(request.ImageIds!));
}
