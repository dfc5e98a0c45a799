using System.IO.Pipelines;

namespace CharacterRefs.Api.Http;

/// <summary>Counts the bytes of a response.</summary>
internal sealed class CountedWriter(PipeWriter inner) : WrappedWriter(inner)
{
    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    public override void Advance(int bytes)
    {
        base.Advance(bytes);
        Bytes += bytes;
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Bytes += source.Length;
        return base.WriteAsync(source, cancellationToken);
    }
}
