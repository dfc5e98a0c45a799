using CharacterRefs.Api.Http;
using CharacterRefs.Application.Storage;
using Microsoft.AspNetCore.Http.Extensions;

namespace CharacterRefs.Api.Jobs;

/// <summary>Sends a file of a workspace. One that became shorter meanwhile breaks the connection instead of ending early.</summary>
internal sealed class JobFileResultExecutor : ByteResultExecutor
{
    private const int CopyBytes = 256 * 1024;

    public async Task ExecuteAsync(ActionContext context, JobFileResult result)
    {
        var (file, digest, _, content) = result.File;
        await using var owned = content;
        var response = context.HttpContext.Response;
        response.Headers.ContentDisposition = Disposition(ShownMedia.Contains(result.ContentType), file.Path.Name);
        response.Headers.CacheControl = "private, no-cache";
        response.Headers["Repr-Digest"] = ContentDigestHeader.Format(digest.Sha256);
        var (range, rangeLength, serveBody) = Announce(context, result, digest.SizeBytes, digest.Sha256, file.ModifiedAt);
        if (!serveBody)
        {
            return;
        }

        content.Position = range?.From ?? 0;
        var length = range is null ? digest.SizeBytes : rangeLength;
        await StreamCopyOperation.CopyToAsync(content, response.Body, length, CopyBytes, context.HttpContext.RequestAborted);
    }
}
