using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Storage.ReadSignedAsset;

namespace CharacterRefs.Api.Assets;

/// <summary>Presigned URLs of assets on the local disk.</summary>
[ApiController]
[Route(Prefix)]
[Tags("Storage of character references")]
public sealed class SignedAssetsController : ControllerBase
{
    /// <summary>The signature in a URL replaces the API key.</summary>
    internal const string Prefix = "api/mv/storage";

    /// <summary>Returns a stored asset from a URL presigned by this service.</summary>
    /// <remarks>
    /// Supports `ETag`, `Last-Modified`, conditional requests and single ranges, so that players can seek. The URL is also valid for HEAD, which returns the
    /// same headers without a body. Images, video and audio are sent inline; everything else, including SVG, is sent as an attachment.
    /// </remarks>
    /// <param name="key">Key of the asset.</param>
    /// <param name="expires">When the URL expires; covered by the signature.</param>
    /// <param name="signature">Signature of the URL.</param>
    [HttpGet("{**key}")]
    [HttpHead("{**key}")]
    [ProducesAsset]
    [ProducesProblems(ErrorKind.NotFound, ErrorKind.StorageUnavailable, TakesNoKey = true)]
    public async Task<ActionResult> GetSignedAsset(
        [FromRoute] string key,
        [FromQuery(Name = "expires")] string? expires,
        [FromQuery(Name = "signature")] string? signature,
        [FromServices] ReadSignedAssetHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync(key, expires, signature, cancellationToken);
        return result.Match(asset => new AssetResult(asset), this.ToProblem);
    }
}
