using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage.ReadSignedAsset;

namespace CharacterRefs.Api.Assets;

/// <summary>Sends a stored asset. Reads only the requested bytes from the store.</summary>
internal sealed class AssetResultExecutor(TimeProvider clock) : ByteResultExecutor
{
    private const int CopyBytes = 256 * 1024;

    public async Task ExecuteAsync(ActionContext context, AssetResult result)
    {
        var response = context.HttpContext.Response;
        var metadata = result.Asset.Metadata;
        response.Headers.CacheControl = CacheControl(result.Asset.ExpiresAt);
        response.Headers.ContentDisposition = Disposition(result.IsShown, metadata.Key.Name);
        var (range, rangeLength, serveBody) = Announce(context, result, metadata.Length, metadata.Sha256, metadata.LastModified);
        if (!serveBody)
        {
            return;
        }

        var span = range?.From is { } from ? new ByteSpan(from, rangeLength) : (ByteSpan?)null;
        await using var open = await result.Asset.OpenAsync(span, context.HttpContext.RequestAborted);
        if (open?.Metadata == metadata)
        {
            await open.Content.CopyToAsync(response.Body, CopyBytes, context.HttpContext.RequestAborted);
            return;
        }

        // Deleted or replaced since it was found: the headers describe another asset.
        response.Clear();
        await (open is null
            ? ProblemBodies.ToResult(context.HttpContext, ProblemBodies.Create(context.HttpContext, ReadSignedAssetHandler.Absent))
            : new AssetResult(result.Asset with { Metadata = open.Metadata })).ExecuteResultAsync(context);
    }

    // A cache must drop the asset before its URL expires.
    private string CacheControl(DateTimeOffset expiresAt) =>
        string.Create(CultureInfo.InvariantCulture, $"private, max-age={Math.Max(0, (long)(expiresAt - clock.GetUtcNow()).TotalSeconds - 1)}");
}
