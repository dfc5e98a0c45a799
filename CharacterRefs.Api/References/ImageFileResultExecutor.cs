using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Api.References;

/// <summary>
/// Sends an image file. Reads it directly into the response's buffers, because the framework's copy in
/// 16 KiB chunks halves the throughput for files of this size. With <c>SERVE_WITH=x-accel</c> nginx sends it.
/// </summary>
internal sealed class ImageFileResultExecutor(ImageFileOpener files, ApiOptions options) : ByteResultExecutor
{
    /// <summary>The internal location of nginx for the directory of the images.</summary>
    private const string NginxLocation = "/_character_reference/";

    private const int ReadBytes = 256 * 1024;

    public async Task ExecuteAsync(ActionContext context, ImageFileResult result)
    {
        if (options.LeavesFilesToNginx && result.Image.File is { } found)
        {
            LeaveToNginx(context, result, found);
            return;
        }

        var opened = await files.OpenAsync(result.Image, context.HttpContext.RequestAborted);
        if (!opened.TryGet(out var handle, out var error))
        {
            await ProblemBodies.ToResult(context.HttpContext, ProblemBodies.Create(context.HttpContext, error)).ExecuteResultAsync(context);
            return;
        }

        using var owned = handle;
        var length = RandomAccess.GetLength(handle);
        var (range, rangeLength, serveBody) = Announce(context, result, length);
        if (serveBody)
        {
            var response = context.HttpContext.Response;
            await SendAsync(response, handle, range?.From ?? 0, range is null ? length : rangeLength, context.HttpContext.RequestAborted);
        }
    }

    /// <summary>Names the file instead of sending it. It was compared with the record just now; a file that was evicted since is a 404 of nginx.</summary>
    private void LeaveToNginx(ActionContext context, ImageFileResult result, LocalFile file)
    {
        // nginx cuts the range out of the file, and compares If-Range with the ETag that it passes on.
        context.HttpContext.Request.Headers.Remove(HeaderNames.Range);
        if (Announce(context, result, file.SizeBytes).ServeBody)
        {
            var response = context.HttpContext.Response;
            response.ContentLength = 0;
            response.Headers["X-Accel-Redirect"] = NginxLocation + Path.GetFileName(file.FullPath);
        }
    }

    private (RangeItemHeaderValue? Range, long RangeLength, bool ServeBody) Announce(ActionContext context, ImageFileResult result, long length)
    {
        var reference = result.Image.Reference;
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "private, no-cache";
        headers.ContentDisposition = $"inline; filename=\"{reference.Id}.{reference.Format.Extension}\"";

        // The time of the record, because the file can have been fetched again since.
        return Announce(context, result, length, reference.Sha256, reference.CreatedAt);
    }

    private static async Task SendAsync(HttpResponse response, SafeFileHandle file, long offset, long count, CancellationToken cancellationToken)
    {
        // After the start, the body writer provides the connection's own memory, so each byte is copied once, from the page cache.
        await response.StartAsync(cancellationToken);
        var writer = response.BodyWriter;
        var end = offset + count;
        while (offset < end)
        {
            var room = writer.GetMemory((int)Math.Min(ReadBytes, end - offset));
            var read = RandomAccess.Read(file, room.Span[..(int)Math.Min(room.Length, end - offset)], offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The image file became shorter while it was sent.");
            }

            writer.Advance(read);
            offset += read;
            await writer.FlushAsync(cancellationToken);
        }
    }
}
