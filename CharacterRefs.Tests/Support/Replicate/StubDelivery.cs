using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The host of output files. A request with a token is rejected and remembered: none may ever come. Each fault is used up by one request.</summary>
internal sealed class StubDelivery(Func<string, byte[]?> imageOf)
{
    private readonly ConcurrentQueue<Func<HttpContext, byte[], Task>> _faults = [];

    // What the stub computes would count as time that the service adds.
    private readonly ConditionalWeakTable<byte[], byte[]> _hashes = [];
    private int _requests;

    public int Requests => _requests;

    public bool SawToken { get; private set; }

    /// <summary>First bytes of the ranges that were requested.</summary>
    public ConcurrentQueue<long> RangeStarts { get; } = [];

    /// <summary>Whether ranges are served; otherwise every response is whole.</summary>
    public bool ServesRanges { get; set; } = true;

    /// <summary>Whether responses have an entity tag; otherwise they have a date.</summary>
    public bool SendsTags { get; set; } = true;

    /// <summary>Pause before each KiB of a body; zero = none.</summary>
    public TimeSpan PausePerKibibyte { get; set; }

    public StubDelivery RespondsWith(int status) => Fault((context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>Sends nothing before this ends.</summary>
    public StubDelivery Waits(Task until) => Fault(async (context, content) =>
    {
        await until.WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    });

    /// <summary>Is busy for so many seconds.</summary>
    public StubDelivery SendsRetryAfter(int seconds) => Fault((context, _) =>
    {
        context.Response.StatusCode = 503;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    });

    public StubDelivery RedirectsTo(string url) => Fault((context, _) =>
    {
        context.Response.Redirect(url);
        return Task.CompletedTask;
    });

    /// <summary>Announces everything, sends half and resets the connection.</summary>
    public StubDelivery BreaksOff() => Fault(async (context, image) =>
    {
        context.Response.ContentLength = image.Length;
        Describe(context, image);
        await context.Response.Body.WriteAsync(image.AsMemory(0, image.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);

        // A reset discards what the client has not read yet.
        await Task.Delay(50, context.RequestAborted);
        context.Abort();
    });

    /// <summary>Declares a type that is not the bytes'.</summary>
    public StubDelivery Declares(string contentType) => Fault(async (context, image) =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = image.Length;
        await context.Response.Body.WriteAsync(image, context.RequestAborted);
    });

    /// <summary>Sends this many bytes, announced or in chunks.</summary>
    public StubDelivery Sends(int bytes, bool announced) => Fault(async (context, _) =>
    {
        context.Response.ContentLength = announced ? bytes : null;
        var block = new byte[1024];
        for (var sent = 0; sent < bytes; sent += block.Length)
        {
            await context.Response.Body.WriteAsync(block.AsMemory(0, Math.Min(block.Length, bytes - sent)), context.RequestAborted);
        }
    });

    /// <summary>Sends half and then nothing, without closing the connection.</summary>
    public StubDelivery StallsHalfway() => Fault(async (context, image) =>
    {
        Describe(context, image);
        context.Response.ContentLength = image.Length;
        await context.Response.Body.WriteAsync(image.AsMemory(0, image.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    });

    public StubDelivery Stalls() => Fault((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));

    public async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (context.Request.Headers.Authorization.Count > 0)
        {
            SawToken = true;
            context.Response.StatusCode = 400;
        }
        else if (imageOf(context.Request.Path.Value!.Split('/')[^2]) is not { } image)
        {
            context.Response.StatusCode = 404;
        }
        else if (_faults.TryDequeue(out var fault))
        {
            await fault(context, image);
        }
        else
        {
            await SendAsync(context, image);
        }
    }

    private async Task SendAsync(HttpContext context, byte[] image)
    {
        var validator = Describe(context, image);
        var start = 0;
        if (context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault()?.From is { } from)
        {
            RangeStarts.Enqueue(from);
            var condition = context.Request.Headers.IfRange.ToString();
            if (ServesRanges && (condition.Length == 0 || condition == validator))
            {
                start = (int)from;
                context.Response.StatusCode = 206;
                context.Response.Headers.ContentRange = $"bytes {start}-{image.Length - 1}/{image.Length}";
            }
        }

        context.Response.ContentType = "image/png";
        context.Response.ContentLength = image.Length - start;
        var block = PausePerKibibyte > TimeSpan.Zero ? 1024 : image.Length;
        for (var sent = start; sent < image.Length; sent += block)
        {
            await Task.Delay(PausePerKibibyte, context.RequestAborted);
            await context.Response.Body.WriteAsync(image.AsMemory(sent, Math.Min(block, image.Length - sent)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Adds the validator of the image and returns it.</summary>
    private string Describe(HttpContext context, byte[] image)
    {
        var hash = _hashes.GetValue(image, SHA256.HashData);
        if (SendsTags)
        {
            context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(hash)}\"";
            return context.Response.Headers.ETag.ToString();
        }

        // Another image has another date.
        context.Response.GetTypedHeaders().LastModified = DateTimeOffset.UnixEpoch.AddSeconds(BitConverter.ToUInt32(hash) / 4);
        return context.Response.Headers.LastModified.ToString();
    }

    private StubDelivery Fault(Func<HttpContext, byte[], Task> fault)
    {
        _faults.Enqueue(fault);
        return this;
    }
}
