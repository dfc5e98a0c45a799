using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.AnnotateReference;

/// <summary>Changes the annotation of an image. An image that is only in the store is adopted first.</summary>
public sealed class AnnotateReferenceHandler(FindReferenceHandler find, IReferenceCatalog catalog)
{
    /// <returns>The image with the new annotation, or an error as for <see cref="FindReferenceHandler"/>.</returns>
    public async Task<Result<LocatedReference>> HandleAsync(AnnotateReferenceCommand command, CancellationToken cancellationToken)
    {
        var found = await find.HandleAsync(command.Id, cancellationToken);
        if (!found.TryGet(out var image, out var error))
        {
            return error;
        }

        return await catalog.AnnotateAsync(command.Id, command.Change, cancellationToken) is { } annotation
            ? image with { Reference = image.Reference with { Annotation = annotation } }
            : ReferenceErrors.NotFound(command.Id);
    }
}
