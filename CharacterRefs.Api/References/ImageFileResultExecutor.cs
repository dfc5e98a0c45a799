using CharacterRefs.Api.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Api.References;

/// <summary>
/// Sends an image file. Reads it directly into the response's buffers, because the framework's copy in
/// 16 KiB chunks halves the throughput for files of this size.
/// </summary>
internal sealed class ImageFileResultExecutor(ImageFileOpener files, ILoggerFactory loggers)
    : ByteResultExecutor(loggers.CreateLogger<ImageFileResultExecutor>())
{
    private const int ReadBytes = 256 * 1024;

    public async Task ExecuteAsync(ActionContext context, ImageFileResult result)
    {
        var opened = await files.OpenAsync(result.Image, context.HttpContext.RequestAborted);
        if (!opened.TryGet(out var handle, out var error))
        {
            await Problems.ToResult(context.HttpContext, Problems.Create(context.HttpContext, error)).ExecuteResultAsync(context);
            return;
        }

        using var owned = handle;
        var length = RandomAccess.GetLength(handle);
        var reference = result.Image.Reference;
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentDisposition = $"inline; filename=\"{reference.Id}.{reference.Format.Extension}\"";

        // The time of the record, because the file can have been fetched again since.
        var (range, rangeLength, serveBody) = Announce(context, result, length, reference.Sha256, reference.CreatedAt);
        if (serveBody)
        {
            await SendAsync(response, handle, range?.From ?? 0, range is null ? length : rangeLength, context.HttpContext.RequestAborted);
        }
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
