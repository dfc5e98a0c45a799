using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.References;

/// <summary>The bytes of a derivative. Its image never changes, so clients may keep it for a year without validating it.</summary>
internal sealed class DerivativeResult(LocalFile file) : ByteResult(Derivative.MediaType)
{
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "private, max-age=31536000, immutable";

        // A later version may render other bytes.
        var entityTag = new EntityTagHeaderValue($"\"{file.SizeBytes:x}-{file.LastModified.UtcTicks:x}\"");
        var (range, rangeLength, serveBody) = Announce(context, file.SizeBytes, entityTag, file.LastModified);
        if (serveBody)
        {
            await response.SendFileAsync(file.FullPath, range?.From ?? 0, range is null ? file.SizeBytes : rangeLength, context.HttpContext.RequestAborted);
        }
    }
}
