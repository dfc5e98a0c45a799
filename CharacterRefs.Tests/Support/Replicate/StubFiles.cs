using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The files endpoint.</summary>
internal sealed class StubFiles
{
    private readonly ConcurrentQueue<byte[]> _received = [];

    /// <summary>Every upload that was accepted, in order.</summary>
    public IReadOnlyCollection<byte[]> Received => _received;

    /// <summary>Responses that uploads get before one is accepted.</summary>
    public ConcurrentQueue<StubResponse> Faults { get; } = [];

    /// <summary>Where files are said to be; <c>null</c> is below the stub's own base.</summary>
    public string? ServedFrom { get; set; }

    public async Task HandleAsync(HttpContext context, string baseUrl)
    {
        if (Faults.TryDequeue(out var fault))
        {
            await fault.WriteAsync(context);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Files["content"] is not { FileName.Length: > 0 and <= 255, ContentType: { Length: > 0 } type } file || !IsJson(form["metadata"].ToString()))
        {
            await StubResponse.Invalid("content", "required", "content is required").WriteAsync(context);
            return;
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, context.RequestAborted);
        _received.Enqueue(bytes.ToArray());
        var id = $"file{_received.Count}";
        var body = new { id, name = file.FileName, content_type = type, size = file.Length, urls = new { get = $"{ServedFrom ?? baseUrl}/files/{id}" } };
        await new StubResponse(201, JsonSerializer.Serialize(body), "application/json").WriteAsync(context);
    }

    // A metadata part with a content type is taken for a file only when it has a file name, so it is always a field here.
    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
