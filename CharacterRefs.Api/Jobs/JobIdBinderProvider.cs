using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Jobs;

/// <summary>Uses <see cref="JobIdBinder"/> for every job id.</summary>
internal sealed class JobIdBinderProvider : IModelBinderProvider
{
    private static readonly JobIdBinder s_binder = new();

    public IModelBinder? GetBinder(ModelBinderProviderContext context) => context.Metadata.ModelType == typeof(JobId) ? s_binder : null;
}
