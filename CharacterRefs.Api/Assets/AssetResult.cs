using CharacterRefs.Application.Storage;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Assets;

/// <summary>The bytes of a stored asset of any type, with validators and ranges.</summary>
internal sealed class AssetResult(SignedAsset asset) : FileResult(Parsable(asset.Metadata.MediaType))
{
    private const string Unknown = "application/octet-stream";

    public SignedAsset Asset => asset;

    /// <summary>Whether a browser may display it: only media that cannot contain scripts. Everything else is sent as an attachment.</summary>
    public bool IsShown => ShownMedia.Contains(ContentType);

    public override Task ExecuteResultAsync(ActionContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<AssetResultExecutor>().ExecuteAsync(context, this);

    // Another program can have stored it with an invalid media type.
    private static string Parsable(string mediaType) => MediaTypeHeaderValue.TryParse(mediaType, out _) ? mediaType : Unknown;
}
