using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Reads an output up to a limit, whatever length was announced, and marks the transport's failures.</summary>
internal sealed class OutputStream(Stream inner, long limit) : ReadOnlyStream
{
    private long _read;

    protected override IDisposable Owned => inner;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken(error);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(inner.Read(buffer));
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken(error);
        }
    }

    private static OutputTransferException Broken(Exception error) => new(AttemptEnd.Broken, "The transfer broke off.", error);

    private int Count(int read)
    {
        _read += read;
        return _read <= limit ? read : throw new OutputTransferException(AttemptEnd.TooLarge, "The output is longer than allowed.");
    }
}
