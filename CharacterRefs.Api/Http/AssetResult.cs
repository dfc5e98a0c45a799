using CharacterRefs.Application.Ports;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Http;

/// <summary>The bytes of an asset as they come from the store.</summary>
internal sealed class AssetResult(OpenAsset asset) : ActionResult
{
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        await using var _ = asset;
        var response = context.HttpContext.Response;
        response.ContentType = asset.Metadata.MediaType;
        response.ContentLength = asset.ContentLength;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (asset.Metadata.Sha256 is { } hash)
        {
            response.Headers.ETag = $"\"sha256-{hash}\"";
        }

        await asset.Content.CopyToAsync(response.Body, context.HttpContext.RequestAborted);
    }
}
