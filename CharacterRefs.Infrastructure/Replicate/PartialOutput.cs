using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The bytes of one output that were fetched so far, behind a line that says of which version of the file they are. They are never taken as whole: their
/// last byte at least is fetched again, on condition that the file is the same. A disk error ends the keeping and not the transfer.
/// </summary>
internal sealed class PartialOutput : IDisposable
{
    /// <summary>How long bytes are kept only in memory. Most outputs are whole before, and a file that is created and removed again costs time.</summary>
    public static readonly TimeSpan LongestInMemory = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly CharacterReferenceId _id;
    private readonly PartialMemory _memory;
    private readonly ITimer _timer;
    private readonly ILogger _logger;
    private FileStream? _file;

    // The bytes, until they are in the file; null when they are, or there are none.
    private byte[]? _held;
    private long _start;
    private bool _isUsable = true;
    private bool _isRemoved;

    /// <param name="path">The file. If it exists, it is locked against other processes.</param>
    /// <param name="id">The image, for the log.</param>
    /// <param name="urlHash">Hash of the URL to fetch from.</param>
    /// <param name="memory">Where bytes are kept before there is a file.</param>
    public PartialOutput(string path, CharacterReferenceId id, string urlHash, PartialMemory memory, TimeProvider clock, ILogger logger)
    {
        (_path, _id, _memory, _logger) = (path, id, memory, logger);
        if (File.Exists(path))
        {
            _file = OpenFile();
            Header = PartialHeader.Read(_file);
            if (Header?.UrlHash == urlHash)
            {
                _start = _file.Position;
                var bytes = _file.Length - _start;
                Kept = Math.Min(bytes, (Header.Length ?? bytes) - 1);
            }
        }

        if (Kept <= 0)
        {
            (Header, Kept) = (null, 0);
        }

        _timer = clock.CreateTimer(_ => MoveToFile(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Of which file the bytes are; <c>null</c> when there are none.</summary>
    public PartialHeader? Header { get; private set; }

    /// <summary>Number of bytes that are kept; after the opening always less than the file has.</summary>
    public long Kept { get; private set; }

    /// <summary>Forgets the bytes and begins with those of a file.</summary>
    /// <param name="header">The file; <c>null</c> keeps nothing of it.</param>
    public void Begin(PartialHeader? header)
    {
        lock (_lock)
        {
            Release();
            (Header, Kept) = (header, 0);
            if (_file is null && header?.Length is { } length && (_held = _memory.Rent(length)) is not null)
            {
                _timer.Change(LongestInMemory, Timeout.InfiniteTimeSpan);
            }
            else if (_file is not null || header is not null)
            {
                Write(BeginFile);
            }
        }
    }

    /// <summary>Keeps bytes that follow those kept.</summary>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        lock (_lock)
        {
            if (Header is null)
            {
                return;
            }

            if (_held is not null && Kept + bytes.Length <= _held.Length)
            {
                bytes.CopyTo(_held.AsMemory((int)Kept));
                Kept += bytes.Length;
                return;
            }

            Write(() =>
            {
                EndHolding();
                RandomAccess.Write(_file!.SafeFileHandle, bytes.Span, _start + Kept);
                Kept += bytes.Length;
            });
        }
    }

    /// <summary>Reads kept bytes, at most up to <see cref="Kept"/>.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public int Read(Span<byte> buffer, long position)
    {
        lock (_lock)
        {
            var wanted = buffer[..(int)Math.Min(buffer.Length, Kept - position)];
            if (_held is null)
            {
                return RandomAccess.Read(_file!.SafeFileHandle, wanted, _start + position);
            }

            _held.AsSpan((int)position, wanted.Length).CopyTo(wanted);
            return wanted.Length;
        }
    }

    /// <summary>Removes the bytes: the image is safe, or there will be none.</summary>
    public void Remove() => _isRemoved = true;

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            if (!_isRemoved && Kept > 0)
            {
                Write(EndHolding);
            }

            Release();
            _file?.Dispose();
            if (_file is not null && (_isRemoved || Kept == 0))
            {
                StagedFile.TryRemove(_file.Name);
            }

            // A late timer finds nothing to do.
            (_file, Header) = (null, null);
        }
    }

    private void MoveToFile()
    {
        lock (_lock)
        {
            Write(EndHolding);
        }
    }

    private void EndHolding()
    {
        if (_held is not null)
        {
            BeginFile();
            RandomAccess.Write(_file!.SafeFileHandle, _held.AsSpan(0, (int)Kept), _start);
            Release();
        }
    }

    /// <summary>Empties the file, which is created if there is none, and writes the header.</summary>
    private void BeginFile()
    {
        _file ??= OpenFile();
        _file.SetLength(0);
        if (Header is not null)
        {
            var line = Header.ToLine();
            RandomAccess.Write(_file.SafeFileHandle, line, 0);
            _start = line.Length;
        }
    }

    private FileStream OpenFile() => new(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private void Release()
    {
        if (_held is not null)
        {
            _memory.Return(_held);
            _held = null;
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
            Release();
            Remove();
        }
    }
}
