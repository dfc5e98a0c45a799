using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Api.References;

/// <summary>
/// The bytes of a local image, with validators and ranges. Reads them directly into the response's buffers, because the framework's copy in
/// 16 KiB chunks halves the throughput for files of this size. With <c>SERVE_WITH=x-accel</c> nginx sends them.
/// </summary>
internal sealed class ImageFileResult(LocatedReference image) : ByteResult(image.Reference.Format.MediaType)
{
    /// <summary>The internal location of nginx. The absolute path of the file follows, because nginx may see the files of several nodes.</summary>
    private const string NginxLocation = "/_character_reference";

    private const int ReadBytes = 256 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        if (image.File is { } found && http.RequestServices.GetRequiredService<ApiOptions>().LeavesFilesToNginx)
        {
            LeaveToNginx(context, found);
            return;
        }

        var opened = await http.RequestServices.GetRequiredService<ImageFileOpener>().OpenAsync(image, http.RequestAborted);
        if (!opened.TryGet(out var handle, out var error))
        {
            await ProblemBodies.ToResult(http, ProblemBodies.Create(http, error)).ExecuteResultAsync(context);
            return;
        }

        using var owned = handle;
        var length = RandomAccess.GetLength(handle);
        var (range, rangeLength, serveBody) = Announce(context, length);
        if (serveBody)
        {
            await SendAsync(http.Response, handle, range?.From ?? 0, range is null ? length : rangeLength, http.RequestAborted);
        }
    }

    /// <summary>Names the file instead of sending it. It was compared with the record just now; a file that was evicted since is a 404 of nginx.</summary>
    private void LeaveToNginx(ActionContext context, LocalFile file)
    {
        // nginx cuts the range out of the file, and compares If-Range with the ETag that it passes on.
        context.HttpContext.Request.Headers.Remove(HeaderNames.Range);
        if (Announce(context, file.SizeBytes).ServeBody)
        {
            var response = context.HttpContext.Response;
            response.ContentLength = 0;
            response.Headers["X-Accel-Redirect"] = NginxLocation + string.Join('/', file.FullPath.Split('/').Select(Uri.EscapeDataString));
        }
    }

    private (RangeItemHeaderValue? Range, long RangeLength, bool ServeBody) Announce(ActionContext context, long length)
    {
        var reference = image.Reference;
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "private, no-cache";
        headers.ContentDisposition = $"inline; filename=\"{reference.Id}.{reference.Format.Extension}\"";

        // The time of the record, because the file can have been fetched again since.
        return Announce(context, length, reference.Sha256, reference.CreatedAt);
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
