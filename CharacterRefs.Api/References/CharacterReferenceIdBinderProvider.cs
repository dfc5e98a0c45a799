using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.References;

/// <summary>Uses <see cref="CharacterReferenceIdBinder"/> for every image id.</summary>
internal sealed class CharacterReferenceIdBinderProvider : IModelBinderProvider
{
    private static readonly CharacterReferenceIdBinder s_binder = new();

    public IModelBinder? GetBinder(ModelBinderProviderContext context) => context.Metadata.ModelType == typeof(CharacterReferenceId) ? s_binder : null;
}
