using System.Buffers;
using System.Text.Encodings.Web;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Writes the response of a generation with the image files as base64, in segments, so that only the segment being sent is in memory. Files are opened
/// before the first byte is sent; the base64 of a file that cannot be opened is null, and the other images are unaffected.
/// </summary>
/// <param name="contract">The response, its images without base64.</param>
/// <param name="images">Each image, in the same order; <c>null</c> to send it without bytes.</param>
internal sealed partial class GeneratedImagesResult(GenerateCharacterReferenceResponse contract, IReadOnlyList<LocatedReference?> images) : ActionResult
{
    // A multiple of 3, so that every segment except the last encodes to complete groups of four digits. The digits of a longer one would need a large object.
    private const int SegmentBytes = 36 * 1024;

    private static readonly string s_base64 = JsonFields.NameOf(nameof(GeneratedImage.Base64));

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions;
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<GeneratedImagesResult>>();
        var opener = context.HttpContext.RequestServices.GetRequiredService<ImageFileOpener>();
        var handles = new List<SafeFileHandle?>();
        try
        {
            foreach (var image in images)
            {
                handles.Add(image is null ? null : await OpenAsync(opener, image, logger, context.HttpContext.RequestAborted));
            }

            response.ContentType = "application/json; charset=utf-8";
            var encoder = options.Encoder ?? JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = encoder });
            json.WriteStartObject();
            json.WriteStartArray(JsonFields.NameOf(nameof(contract.Images)));
            for (var i = 0; i < contract.Images.Count; i++)
            {
                var image = JsonSerializer.SerializeToElement(contract.Images[i], options);
                await WriteAsync(json, image, handles[i], response, context.HttpContext.RequestAborted);
            }

            json.WriteEndArray();
            json.WritePropertyName(JsonFields.NameOf(nameof(contract.Metadata)));
            JsonSerializer.Serialize(json, contract.Metadata, options);
            json.WriteEndObject();
        }
        finally
        {
            handles.ForEach(handle => handle?.Dispose());
        }
    }

    private static async Task WriteAsync(
        Utf8JsonWriter json, JsonElement image, SafeFileHandle? file, HttpResponse response, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        foreach (var member in image.EnumerateObject())
        {
            if (file is not null && member.NameEquals(s_base64))
            {
                json.WritePropertyName(s_base64);
                await WriteBase64Async(json, file, response, cancellationToken);
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static async Task WriteBase64Async(Utf8JsonWriter json, SafeFileHandle file, HttpResponse response, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(file);
        var buffer = ArrayPool<byte>.Shared.Rent(SegmentBytes);
        try
        {
            long offset = 0;
            do
            {
                // In memory since it was written; an asynchronous read would switch to another thread for each segment.
                var read = RandomAccess.Read(file, buffer.AsSpan(0, SegmentBytes), offset);
                offset += read > 0 || length == 0 ? read : throw new EndOfStreamException("An image file became shorter while it was sent.");
                json.WriteBase64StringSegment(buffer.AsSpan(0, read), isFinalSegment: offset >= length);
                await json.FlushAsync(cancellationToken);
                await response.BodyWriter.FlushAsync(cancellationToken);
            }
            while (offset < length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>The open file; <c>null</c> when it cannot be opened. The image is paid for and stored, so the response contains its id and hash.</returns>
    private static async Task<SafeFileHandle?> OpenAsync(ImageFileOpener opener, LocatedReference image, ILogger logger, CancellationToken cancellationToken)
    {
        string cause;
        try
        {
            var opened = await opener.OpenAsync(image, cancellationToken);
            if (opened.TryGet(out var handle, out var error))
            {
                return handle;
            }

            cause = error.Detail;
        }
        catch (AssetStoreUnavailableException error)
        {
            cause = error.Message;
        }
        catch (LocalStorageException error)
        {
            cause = $"{error.Message} {error.InnerException?.Message}".TrimEnd(); // the inner message names the file
        }

        LogLeftOut(logger, image.Reference.Id, cause);
        return null;
    }

    [LoggerMessage(212, LogLevel.Warning, "Image {ImageId} was returned without its bytes: {Cause}")]
    private static partial void LogLeftOut(ILogger logger, CharacterReferenceId imageId, string cause);
}
