using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Assets;

/// <summary>What a bucket's own server does for presigned URLs, for storage on local disk.</summary>
[ApiController]
[Route(Prefix)]
[Tags("Storage of character references")]
public sealed class SignedAssetsController : ControllerBase
{
    /// <summary>The signature in an address stands for an API key.</summary>
    internal const string Prefix = "api/mv/storage";

    /// <summary>Serves a stored asset under an address that was signed here.</summary>
    /// <remarks>
    /// With <c>ETag</c>, <c>Last-Modified</c>, conditional requests and single ranges, so that players can seek. An address admits HEAD as it admits GET:
    /// who may read the bytes may know their length. Images, video and audio are shown; everything else, SVG included, is sent as an attachment.
    /// </remarks>
    /// <param name="key">Key of the asset.</param>
    /// <param name="expires">When the address ends, part of what is signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="handler">The use case.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    [HttpGet("{**key}")]
    [HttpHead("{**key}")]
    [ProducesAsset]
    [ProducesProblems(ErrorKind.NotFound, ErrorKind.StorageUnavailable)]
    public async Task<ActionResult> Get(
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
