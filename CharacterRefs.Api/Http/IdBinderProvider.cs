using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Provides the binder of each type of id and path that a route can contain.</summary>
internal sealed class IdBinderProvider : IModelBinderProvider
{
    private static readonly Dictionary<Type, IModelBinder> s_binders = new()
    {
        [typeof(CharacterReferenceId)] = new IdBinder<CharacterReferenceId>(
            CharacterReferenceId.TryParse, "a UUID of 36 characters, such as 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"),
        [typeof(GenerationId)] = new IdBinder<GenerationId>(
            GenerationId.TryParse, "a UUID of 36 characters, such as 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"),
        [typeof(JobId)] = new IdBinder<JobId>(JobId.TryParse, JobId.Rule),
        [typeof(JobAssetPath)] = new JobAssetPathBinder(),
    };

    public IModelBinder? GetBinder(ModelBinderProviderContext context) => s_binders.GetValueOrDefault(context.Metadata.ModelType);
}
