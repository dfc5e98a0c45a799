using System.Buffers.Binary;
using System.IO.Hashing;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// The compressed pixel data of a PNG: the content of its consecutive IDAT chunks (specification 10.1). Throws <see cref="InvalidDataException"/> when the
/// checksum of a chunk that matters for the pixels is wrong, and <see cref="EndOfStreamException"/> when the file ends within one.
/// </summary>
/// <param name="png">The file, from its start.</param>
/// <param name="stop">Stops between two reads: data can be long and expand to nothing.</param>
internal sealed class PngImageData(Stream png, CancellationToken stop) : ReadOnlyStream
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 8;
    private const int ChecksumLength = 4;

    // Of the first letter of a chunk's type: set when decoders may ignore the chunk.
    private const byte Ancillary = 0x20;

    private readonly Crc32 _checksum = new();
    private long _rest;
    private bool _hasBegun;
    private bool _isInChunk;
    private bool _isOver;

    /// <summary>Whether a reader wanted more than there is.</summary>
    public bool WasTooShort { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        while (_rest == 0)
        {
            if (_isInChunk)
            {
                CompleteChunk();
            }

            if (!MoveNext())
            {
                WasTooShort = true;
                return 0;
            }
        }

        var read = png.Read(buffer[..(int)Math.Min(buffer.Length, _rest)]);
        if (read == 0)
        {
            throw new EndOfStreamException("The file ends within a chunk.");
        }

        _checksum.Append(buffer[..read]);
        _rest -= read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <summary>Reads the chunk to its end and checks it.</summary>
    public void CompleteChunk()
    {
        Span<byte> buffer = stackalloc byte[1024];
        while (_rest > 0)
        {
            _ = Read(buffer);
        }

        _isInChunk = false;
        var expected = buffer[..ChecksumLength];
        png.ReadExactly(expected);
        if (BinaryPrimitives.ReadUInt32BigEndian(expected) != _checksum.GetCurrentHashAsUInt32())
        {
            throw new InvalidDataException("The checksum of a chunk is wrong.");
        }
    }

    /// <returns>Whether the next chunk is one of pixel data; those before the first one are passed over.</returns>
    private bool MoveNext()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (!_hasBegun)
        {
            png.Position = SignatureLength;
        }

        while (!_isOver)
        {
            png.ReadExactly(header);
            var type = header[4..];
            _rest = BinaryPrimitives.ReadUInt32BigEndian(header);
            _checksum.Reset();
            _checksum.Append(type);
            if (type.SequenceEqual("IDAT"u8))
            {
                return _hasBegun = _isInChunk = true;
            }

            if (_hasBegun)
            {
                (_rest, _isOver) = (0, true);
            }
            else if ((type[0] & Ancillary) != 0)
            {
                png.Position += _rest + ChecksumLength;
                _rest = 0;
            }
            else
            {
                _isInChunk = true;
                CompleteChunk();
            }
        }

        return false;
    }
}
