using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Provides the binder of each type of id and path that a route can contain.</summary>
internal sealed class IdBinderProvider : IModelBinderProvider
{
    /// <summary>What a legal id of an image or a generation is; completes "{name} must be …".</summary>
    public const string UuidRule = "a UUID of 36 characters, such as 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44";

    private static readonly Dictionary<Type, IModelBinder> s_binders = new()
    {
        [typeof(CharacterReferenceId)] = new IdBinder<CharacterReferenceId>(CharacterReferenceId.TryParse, UuidRule),
        [typeof(GenerationId)] = new IdBinder<GenerationId>(GenerationId.TryParse, UuidRule),
        [typeof(JobId)] = new IdBinder<JobId>(JobId.TryParse, JobId.Rule),
        [typeof(JobAssetPath)] = new JobAssetPathBinder(),
    };

    public IModelBinder? GetBinder(ModelBinderProviderContext context) => s_binders.GetValueOrDefault(context.Metadata.ModelType);
}
