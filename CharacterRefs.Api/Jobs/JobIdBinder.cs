using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Jobs;

/// <summary>Binds a job's id from the path; what is none is a validation error on the parameter's own name.</summary>
internal sealed class JobIdBinder : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var value = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (JobId.TryParse(value.FirstValue, out var id))
        {
            bindingContext.Result = ModelBindingResult.Success(id);
        }
        else
        {
            bindingContext.ModelState.AddModelError(bindingContext.ModelName, $"{bindingContext.ModelName} must be {JobId.Rule}.");
        }

        return Task.CompletedTask;
    }
}
