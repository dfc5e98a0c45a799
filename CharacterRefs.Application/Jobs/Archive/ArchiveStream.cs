using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// The bytes of an archive, at any position. A file is opened in the store when its first byte is wanted, one at a time, and only as far as bytes will
/// be wanted. It reads asynchronously only, and one read at a time.
/// </summary>
/// <remarks>
/// A file that is read from its first to its last byte is hashed on the way, and its last bytes come only when it is the file that the manifest names: who
/// has read to the end has no wrong file. A file that is read in part is verified before its first byte, see <see cref="ArchiveFiles"/>.
/// </remarks>
public sealed class ArchiveStream : ReadOnlyStream
{
    private readonly ArchiveLayout _layout;
    private readonly ArchiveFiles _files;
    private readonly long _end;
    private long _position;
    private ArchivePart _part;
    private OpenAsset? _open;
    private long _openPosition;
    private IncrementalHash? _hash;

    /// <param name="files">Opens the files.</param>
    /// <param name="offset">Where reading begins.</param>
    /// <param name="count">How many bytes from there will be wanted; those behind are not given.</param>
    internal ArchiveStream(ArchiveLayout layout, ArchiveFiles files, long offset, long count)
    {
        (_layout, _files, _position, _end) = (layout, files, offset, checked(offset + count));
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_end, layout.Length, nameof(count));
    }

    /// <summary>The file that is being read; <c>null</c> between files.</summary>
    public JobAssetPath? CurrentFile => _part.Asset?.Path;

    public override bool CanSeek => true;

    public override long Length => _layout.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Reads some of the bytes.</summary>
    /// <exception cref="ArchiveBrokenException">A file is absent or another than the manifest names.</exception>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || _position >= _end)
        {
            return 0;
        }

        if (_position < _part.Start || _position >= _part.End)
        {
            _part = _layout.PartAt(_position);
        }

        var wanted = buffer[..(int)Math.Min(buffer.Length, Math.Min(_part.End, _end) - _position)];
        if (_part.Asset is { } asset)
        {
            return await ReadAsync(asset, wanted, cancellationToken);
        }

        _part.Record.Span.Slice((int)(_position - _part.Start), wanted.Length).CopyTo(wanted.Span);
        _position += wanted.Length;
        return wanted.Length;
    }

    /// <summary>Not supported: a store is read asynchronously.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        SeekOrigin.End => Length,
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
    };

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open?.Content.Dispose();
            _hash?.Dispose();
            (_open, _hash) = (null, null);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadAsync(JobAsset asset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_open is null || _openPosition != _position)
        {
            await OpenAsync(asset, cancellationToken);
        }

        var read = await ReadOpenAsync(asset, buffer, cancellationToken);
        _hash?.AppendData(buffer.Span[..read]);
        if (_position + read == _part.End)
        {
            Confirm(asset);
            await CloseAsync();
        }

        _position += read;
        _openPosition = _position;
        return read;
    }

    private async Task OpenAsync(JobAsset asset, CancellationToken cancellationToken)
    {
        await CloseAsync();
        var length = Math.Min(_part.End, _end) - _position;
        var isWhole = length == asset.SizeBytes;
        var open = isWhole
            ? await _files.OpenAsync(asset, cancellationToken)
            : await _files.OpenPartAsync(asset, new ByteSpan(_position - _part.Start, length), cancellationToken);
        _open = open ?? throw new ArchiveBrokenException(asset.Path, "is missing");
        _openPosition = _position;
        var found = _open.Metadata;
        if (found.Length != asset.SizeBytes || _open.ContentLength != length)
        {
            throw new ArchiveBrokenException(asset.Path, $"has {found.Length} bytes instead of {asset.SizeBytes}");
        }

        if (found.Sha256 is { } sha256 && sha256 != asset.Sha256)
        {
            throw new ArchiveBrokenException(asset.Path, "has been replaced by another file");
        }

        _hash = isWhole ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    private async ValueTask<int> ReadOpenAsync(JobAsset asset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _open!.Content.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new EndOfStreamException();
        }
        catch (EndOfStreamException error)
        {
            throw new ArchiveBrokenException(asset.Path, $"ends before its {asset.SizeBytes} bytes", error);
        }
    }

    private void Confirm(JobAsset asset)
    {
        if (_hash is null)
        {
            return;
        }

        if (ContentHash.FromDigest(_hash.GetHashAndReset()) != asset.Sha256)
        {
            throw ArchiveBrokenException.OtherBytes(asset.Path);
        }

        _files.Remember(asset, _open!);
    }

    private async ValueTask CloseAsync()
    {
        var open = _open;
        _open = null;
        _hash?.Dispose();
        _hash = null;
        if (open is not null)
        {
            await open.DisposeAsync();
        }
    }
}
