using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.AssociateReferences;
using FluentValidation;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validates an association.</summary>
internal sealed class AssociateCharacterReferencesRequestValidator : AbstractValidator<AssociateCharacterReferencesRequest>
{
    public AssociateCharacterReferencesRequestValidator() => RuleFor(request => request.ImageIds).MustBeReferenceIds(AssociateReferencesCommand.MaxIds);
}
