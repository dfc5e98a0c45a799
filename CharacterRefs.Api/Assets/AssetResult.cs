using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Assets;

/// <summary>The bytes of a stored asset of any type, with validators and ranges. Reads only the requested bytes from the store.</summary>
internal sealed class AssetResult(SignedAsset asset) : ByteResult(Parsable(asset.Metadata.MediaType))
{
    private const string Unknown = "application/octet-stream";
    private const int CopyBytes = 256 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var (http, metadata) = (context.HttpContext, asset.Metadata);
        http.Response.Headers.CacheControl = CacheControl(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());

        // Browsers may display only media that cannot contain scripts. Everything else is sent as an attachment.
        http.Response.Headers.ContentDisposition = Disposition(ShownMedia.Contains(ContentType), metadata.Key.Name);
        var (range, rangeLength, serveBody) = Announce(context, metadata.Length, metadata.Sha256, metadata.LastModified);
        if (!serveBody)
        {
            return;
        }

        var span = range?.From is { } from ? new ByteSpan(from, rangeLength) : (ByteSpan?)null;
        await using var open = await asset.OpenAsync(span, http.RequestAborted);
        if (open?.Metadata == metadata)
        {
            await open.Content.CopyToAsync(http.Response.Body, CopyBytes, http.RequestAborted);
            return;
        }

        // Deleted or replaced since it was found: the headers describe another asset.
        http.Response.Clear();
        await (open is null
            ? ProblemBodies.ToResult(http, ProblemBodies.Create(http, ReadSignedAssetHandler.Absent))
            : new AssetResult(asset with { Metadata = open.Metadata })).ExecuteResultAsync(context);
    }

    // Another program can have stored it with an invalid media type.
    private static string Parsable(string mediaType) => MediaTypeHeaderValue.TryParse(mediaType, out _) ? mediaType : Unknown;

    // A cache must drop the asset before its URL expires.
    private string CacheControl(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"private, max-age={Math.Max(0, (long)(asset.ExpiresAt - now).TotalSeconds - 1)}");
}
