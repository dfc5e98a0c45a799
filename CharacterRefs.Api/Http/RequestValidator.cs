using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Validates bodies and groups of query members. Single values of path, query and headers have no validator, because their binders check them; to look for one
/// for each would take a tenth of the time of a short request.
/// </summary>
internal sealed class RequestValidator(IModelMetadataProvider metadataProvider, ObjectModelValidator inner) : ObjectModelValidator(metadataProvider, [])
{
    public override void Validate(
        ActionContext actionContext, ValidationStateDictionary? validationState, string? prefix, object? model, ModelMetadata metadata, object? container)
    {
        if (metadata.IsComplexType && metadata.BindingSource != BindingSource.Path)
        {
            inner.Validate(actionContext, validationState, prefix!, model, metadata, container);
        }
        else if (actionContext.ModelState.TryGetValue(prefix ?? "", out var entry) && entry.ValidationState is ModelValidationState.Unvalidated)
        {
            entry.ValidationState = ModelValidationState.Valid;
        }
    }

    public override ValidationVisitor GetValidationVisitor(
        ActionContext actionContext,
        IModelValidatorProvider validatorProvider,
        ValidatorCache validatorCache,
        IModelMetadataProvider metadataProvider,
        ValidationStateDictionary? validationState) =>
        inner.GetValidationVisitor(actionContext, validatorProvider, validatorCache, metadataProvider, validationState);
}
