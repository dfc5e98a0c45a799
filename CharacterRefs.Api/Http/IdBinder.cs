using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Binds an id from the path. A value that is not an id is a validation error on the parameter's own name.</summary>
/// <param name="parse">Reads the id.</param>
/// <param name="rule">What a legal id is; completes "{name} must be …".</param>
internal sealed class IdBinder<T>(IdBinder<T>.TryParse parse, string rule) : IModelBinder
{
    public delegate bool TryParse(string? text, out T id);

    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var name = bindingContext.ModelName;
        if (parse(bindingContext.ValueProvider.GetValue(name).FirstValue, out var id))
        {
            bindingContext.Result = ModelBindingResult.Success(id);
        }
        else
        {
            bindingContext.ModelState.AddModelError(name, $"{name} must be {rule}.");
        }

        return Task.CompletedTask;
    }
}
