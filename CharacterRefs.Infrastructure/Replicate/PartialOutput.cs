using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The bytes of one output that were fetched so far, behind a line that says of which version of the file they are. They are never taken as whole: their
/// last byte at least is fetched again, on condition that the file is the same. A disk error ends the keeping and not the transfer.
/// </summary>
internal sealed class PartialOutput : IDisposable
{
    private readonly FileStream _file;
    private readonly CharacterReferenceId _id;
    private readonly ILogger _logger;
    private long _start;
    private bool _isUsable = true;
    private bool _isRemoved;

    /// <param name="file">Open for reading and writing, locked.</param>
    /// <param name="id">The image, for the log.</param>
    /// <param name="urlHash">Hash of the URL to fetch from.</param>
    /// <param name="logger">The log.</param>
    public PartialOutput(FileStream file, CharacterReferenceId id, string urlHash, ILogger logger)
    {
        (_file, _id, _logger) = (file, id, logger);
        Header = PartialHeader.Read(file);
        if (Header?.UrlHash == urlHash)
        {
            _start = file.Position;
            var bytes = file.Length - _start;
            Kept = Math.Min(bytes, (Header.Length ?? bytes) - 1);
        }

        if (Kept <= 0)
        {
            (Header, Kept) = (null, 0);
        }
    }

    /// <summary>Of which file the bytes are; <c>null</c> when there are none.</summary>
    public PartialHeader? Header { get; private set; }

    /// <summary>Number of bytes that are kept; after the opening always less than the file has.</summary>
    public long Kept { get; private set; }

    /// <summary>Forgets the bytes and begins with those of a file.</summary>
    /// <param name="header">The file; <c>null</c> keeps nothing of it.</param>
    public void Begin(PartialHeader? header)
    {
        (Header, Kept) = (header, 0);
        Write(() =>
        {
            _file.SetLength(0);
            if (header is not null)
            {
                var line = header.ToLine();
                RandomAccess.Write(_file.SafeFileHandle, line, 0);
                _start = line.Length;
            }
        });
    }

    /// <summary>Keeps bytes that follow those kept.</summary>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        if (Header is not null)
        {
            Write(() =>
            {
                RandomAccess.Write(_file.SafeFileHandle, bytes.Span, _start + Kept);
                Kept += bytes.Length;
            });
        }
    }

    /// <summary>Reads kept bytes, at most up to <see cref="Kept"/>.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public int Read(Span<byte> buffer, long position) =>
        RandomAccess.Read(_file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, Kept - position)], _start + position);

    /// <summary>Removes the bytes: the image is safe, or there will be none.</summary>
    public void Remove() => _isRemoved = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (_isRemoved || Kept == 0)
        {
            StagedFile.TryRemove(_file.Name);
        }
    }

    private void Write(Action write)
    {
        if (!_isUsable)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            _logger.PartialFailed(_id, error.Message);
            _isUsable = false;
            Header = null;
            Remove();
        }
    }
}
