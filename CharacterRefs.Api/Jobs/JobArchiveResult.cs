using System.Buffers;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Storage;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Jobs;

/// <summary>
/// A job's set as a zip file, with validators and ranges. An error before the first bytes is a problem like any other; later errors abort the connection,
/// because a transfer with the announced length would look like a valid archive.
/// </summary>
internal sealed partial class JobArchiveResult(JobArchive archive) : ByteResult("application/zip")
{
    private const int CopyBytes = 256 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{archive.JobId}.zip\"";
        var entityTag = new EntityTagHeaderValue($"\"zip-{archive.Fingerprint}\"");
        var (range, rangeLength, serveBody) = Announce(context, archive.Length, entityTag, archive.StoredAt);
        if (!serveBody && !HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        // One listing is cheap compared with all files, but not compared with a part of one.
        if (range is null)
        {
            var (fault, ignored) = await archive.InspectAsync(http.RequestAborted);
            if (serveBody && fault is not null)
            {
                http.Response.Clear();
                await ProblemBodies.ToResult(http, ProblemBodies.Create(http, fault)).ExecuteResultAsync(context);
                return;
            }

            IgnoredHeaders.Write(http.Response, ignored);
        }

        if (!serveBody)
        {
            return;
        }

        await using var content = range?.From is { } from ? archive.Open(from, rangeLength) : archive.Open();
        try
        {
            await SendAsync(content, http.Response, range is null ? archive.Length : rangeLength, http.RequestAborted);
        }
        catch (Exception error) when (!http.RequestAborted.IsCancellationRequested)
        {
            var logger = http.RequestServices.GetRequiredService<ILogger<JobArchiveResult>>();
            if (error.ToTrace() is null)
            {
                LogStorageFault(logger, archive.JobId, content.CurrentFile, error.ToCause());
            }
            else
            {
                LogBroken(logger, archive.JobId, content.CurrentFile, error);
            }

            if (!http.Response.HasStarted)
            {
                throw;
            }

            http.Abort();
        }
    }

    private static async Task SendAsync(ArchiveStream content, HttpResponse response, long count, CancellationToken cancellationToken)
    {
        // Sends small files and their records together. A full buffer is read before anything is sent, so the first file is open by then.
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (var left = count; left > 0;)
            {
                var bytes = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
                await content.ReadExactlyAsync(bytes, cancellationToken);
                await response.Body.WriteAsync(bytes, cancellationToken);
                left -= bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(210, LogLevel.Error, "Archive of job {JobId} failed at {Path}")]
    private static partial void LogBroken(ILogger logger, JobId jobId, JobAssetPath? path, Exception exception);

    [LoggerMessage(211, LogLevel.Warning, "Archive of job {JobId} failed at {Path}: {Cause}")]
    private static partial void LogStorageFault(ILogger logger, JobId jobId, JobAssetPath? path, string cause);
}
