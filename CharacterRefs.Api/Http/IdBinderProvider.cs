using CharacterRefs.Domain.References;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Uses <see cref="IdBinder"/> for every image id.</summary>
internal sealed class IdBinderProvider : IModelBinderProvider
{
    private static readonly IdBinder Binder = new();

    public IModelBinder? GetBinder(ModelBinderProviderContext context) => context.Metadata.ModelType == typeof(CharacterReferenceId) ? Binder : null;
}
