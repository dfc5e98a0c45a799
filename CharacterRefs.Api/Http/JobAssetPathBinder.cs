using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Binds the path of a job's file. A text that is no such path is a validation error that says why.</summary>
internal sealed class JobAssetPathBinder : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var text = bindingContext.ValueProvider.GetValue(bindingContext.ModelName).FirstValue ?? "";
        if (text.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            // Routing decodes all but this, so it could mean a slash as well as these three characters.
            bindingContext.ModelState.AddModelError(bindingContext.ModelName, "The slashes of a path are written as /, not as %2F.");
        }
        else if (JobAssetPath.TryParse(text, out var path))
        {
            bindingContext.Result = ModelBindingResult.Success(path);
        }
        else
        {
            bindingContext.ModelState.AddModelError(
                bindingContext.ModelName, JobAssetPath.FindFault(text) ?? $"A file must be in {string.Join("/, ", JobAssetPath.Folders)}/.");
        }

        return Task.CompletedTask;
    }
}
