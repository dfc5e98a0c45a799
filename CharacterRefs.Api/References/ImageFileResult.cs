using CharacterRefs.Application.References;

namespace CharacterRefs.Api.References;

/// <summary>The bytes of a local image, with validators, ranges, and headers that prevent content sniffing.</summary>
internal sealed class ImageFileResult(LocatedReference image) : FileResult(image.Reference.Format.MediaType)
{
    public LocatedReference Image => image;

    public override Task ExecuteResultAsync(ActionContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<ImageFileResultExecutor>().ExecuteAsync(context, this);
}
