using CharacterRefs.Application.Streams;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>A file of a workspace, read without a buffer of its own, whose failures are translated into the port's exceptions.</summary>
/// <param name="handle">An open plain file; closed with this.</param>
internal sealed class WorkspaceFileStream(SafeFileHandle handle) : ReadOnlyStream
{
    private const string Failed = "The file could not be read from the workspace";

    public override bool CanSeek => true;

    public override long Length => DiskFault.Guard(Failed, () => RandomAccess.GetLength(handle));

    public override long Position { get; set; }

    protected override IDisposable Owned => handle;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Advance(RandomAccess.Read(handle, buffer, Position));
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            throw DiskFault.Translate(Failed, error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Advance(await RandomAccess.ReadAsync(handle, buffer, Position, cancellationToken));
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            throw DiskFault.Translate(Failed, error);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    private int Advance(int read)
    {
        Position += read;
        return read;
    }
}
