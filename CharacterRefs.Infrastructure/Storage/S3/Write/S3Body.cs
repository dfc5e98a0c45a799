using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Content that is read and hashed while it is sent, as the body of one request or part by part. Its last bytes are returned only when length and hash are
/// what was announced, so that wrong content is never complete at the store. It is read once; a retry opens the content again.
/// </summary>
internal sealed class S3Body : ReadOnlyStream, ISignedBody
{
    private readonly AssetContent _content;
    private readonly Stream _source;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    private S3Body(AssetContent content, Stream source)
    {
        _content = content;
        _source = source;
    }

    public ContentHash Sha256 => _content.Sha256;

    /// <summary>Why the content could not be read; <c>null</c> while it can. The HTTP client reports it as a broken connection.</summary>
    public S3BodyException? Fault { get; private set; }

    /// <summary>The SDK reads the position and sets it to the same; a body that cannot seek would be sent in chunks, which not all stores support.</summary>
    public override bool CanSeek => true;

    public override long Length => _content.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    protected override IDisposable Owned => _source;

    /// <summary>Opens the content.</summary>
    /// <exception cref="S3BodyException">It cannot be opened, or was announced as empty and is not.</exception>
    public static async Task<S3Body> OpenAsync(AssetContent content, CancellationToken cancellationToken)
    {
        S3Body? body = null;
        try
        {
            body = new S3Body(content, await content.OpenAsync(cancellationToken));
            if (content.Length == 0)
            {
                // An empty body is never read.
                await body.ConfirmAsync(cancellationToken);
            }

            return body;
        }
        catch (Exception error)
        {
            await (body?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (error is OperationCanceledException)
            {
                throw;
            }

            // A fault of the content, not of the store.
            throw new S3BodyException(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == Length)
        {
            return 0;
        }

        try
        {
            var read = await _source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Length - _position)], cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            _position += read;
            if (read == 0 || _position == Length)
            {
                await ConfirmAsync(cancellationToken);
            }

            return read;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Fault = new S3BodyException(error);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        origin is SeekOrigin.Begin && offset == _position ? offset : throw new NotSupportedException("The content is read once, from its start.");

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_position < Length || await _source.ReadAsync(new byte[1], cancellationToken) != 0 || ContentHash.FromDigest(_hash.GetHashAndReset()) != Sha256)
        {
            throw new InvalidDataException("Length or hash of the content differ from what was announced.");
        }
    }
}
