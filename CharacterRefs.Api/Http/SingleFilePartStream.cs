using CharacterRefs.Application.Streams;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>
/// The bytes of the single file part of a multipart body. At the end of the part it reads on to the end of the body, so that a second file or an unknown
/// part fails the request before anything is stored.
/// </summary>
internal sealed class SingleFilePartStream : ReadOnlyStream
{
    public const string MediaType = "multipart/form-data";
    public const string PartName = "file";
    private const int FileNameLimit = 255;
    private const int BoundaryLimit = 70; // RFC 2046, 5.1.1

    private readonly MultipartReader _reader;
    private readonly Stream _part;
    private bool _isComplete;

    private SingleFilePartStream(MultipartReader reader, Stream part, string? fileName)
    {
        _reader = reader;
        _part = part;
        FileName = fileName;
    }

    /// <summary>The client's name for the file, without control characters and truncated to 255; <c>null</c> when it sent none.</summary>
    public string? FileName { get; }

    /// <summary>Reads up to the file part. Requires a form media type, which <see cref="FileUploadAttribute"/> ensures.</summary>
    /// <exception cref="InvalidRequestException">The form has no boundary, or its first part is not the file.</exception>
    public static async Task<SingleFilePartStream> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var mediaType = MediaTypeHeaderValue.Parse(request.ContentType);
        var boundary = HeaderUtilities.RemoveQuotes(mediaType.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > BoundaryLimit)
        {
            throw new InvalidRequestException(Error.Invalid("Content-Type", $"Content-Type must contain a boundary of 1 to {BoundaryLimit} characters."));
        }

        var reader = new MultipartReader(boundary, request.Body);
        if (await NextAsync(reader, cancellationToken) is not { } section)
        {
            throw Invalid($"The form must have exactly one part named {PartName}; it has none.");
        }

        return new SingleFilePartStream(reader, section.Section.Body, NameOf(section.Disposition));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isComplete || buffer.IsEmpty)
        {
            return 0;
        }

        var read = await GuardAsync(() => _part.ReadAsync(buffer, cancellationToken).AsTask());
        if (read == 0)
        {
            if (await NextAsync(_reader, cancellationToken) is not null)
            {
                throw Invalid($"The form must have exactly one part named {PartName}; it has more.");
            }

            _isComplete = true;
        }

        return read;
    }

    private static async Task<(MultipartSection Section, ContentDispositionHeaderValue Disposition)?> NextAsync(
        MultipartReader reader, CancellationToken cancellationToken)
    {
        var section = await GuardAsync(() => reader.ReadNextSectionAsync(cancellationToken));
        if (section is null)
        {
            return null;
        }

        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not PartName)
        {
            throw Invalid($"The form must have exactly one part named {PartName}, and no other.");
        }

        return (section, disposition);
    }

    /// <summary>A body that ends early or breaks the format is the client's error, not a fault.</summary>
    private static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException))
        {
            throw Invalid("The multipart body is damaged or ends before its closing boundary.", error);
        }
    }

    private static string? NameOf(ContentDispositionHeaderValue disposition)
    {
        var sent = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
        var name = string.Concat((sent.Value ?? "").Where(character => !char.IsControl(character)));
        if (name.Length > FileNameLimit)
        {
            name = name[..(char.IsHighSurrogate(name[FileNameLimit - 1]) ? FileNameLimit - 1 : FileNameLimit)];
        }

        return name.Length > 0 ? name : null;
    }

    private static InvalidRequestException Invalid(string detail, Exception? inner = null) => new(Error.Invalid(PartName, detail), inner);
}
