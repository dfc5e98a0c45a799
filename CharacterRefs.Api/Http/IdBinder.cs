using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Binds an image id from the path; what is no UUID is a validation error on the parameter's own name.</summary>
internal sealed class IdBinder : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var value = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (CharacterReferenceId.TryParse(value.FirstValue, out var id))
        {
            bindingContext.Result = ModelBindingResult.Success(id);
        }
        else
        {
            bindingContext.ModelState.AddModelError(
                bindingContext.ModelName, $"{bindingContext.ModelName} must be a UUID of 36 characters, such as 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.");
        }

        return Task.CompletedTask;
    }
}
