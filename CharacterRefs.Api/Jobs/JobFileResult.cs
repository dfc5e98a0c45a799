using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Storage;
using Microsoft.AspNetCore.Http.Extensions;

namespace CharacterRefs.Api.Jobs;

/// <summary>
/// The bytes of a file of a workspace, with validators and ranges. One that becomes shorter meanwhile breaks the connection instead of ending early.
/// </summary>
internal sealed class JobFileResult(OpenJobFile open) : ByteResult(open.MediaType)
{
    private const int CopyBytes = 256 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var (file, digest, _, content) = open;
        await using var owned = content;
        var response = context.HttpContext.Response;
        response.Headers.ContentDisposition = Disposition(ShownMedia.Contains(ContentType), file.Path.Name);
        response.Headers.CacheControl = "private, no-cache";
        response.Headers["Repr-Digest"] = ContentDigestHeader.Format(digest.Sha256);
        var (range, rangeLength, serveBody) = Announce(context, digest.SizeBytes, digest.Sha256, file.ModifiedAt);
        if (!serveBody)
        {
            return;
        }

        content.Position = range?.From ?? 0;
        var length = range is null ? digest.SizeBytes : rangeLength;
        await StreamCopyOperation.CopyToAsync(content, response.Body, length, CopyBytes, context.HttpContext.RequestAborted);
    }
}
