namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// How far one file is. Each of its bytes counts once, however often it is read: what is begun again adds nothing until it is further than it was.
/// </summary>
internal sealed class FileProgress(TransferProgress all, long sizeBytes)
{
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>The same content, whose reading counts. It cannot seek.</summary>
    public Stream Watch(Stream content) => new WatchedStream(content, Reach);

    /// <summary>Nothing more comes of this file, whatever came of it.</summary>
    public void Complete()
    {
        Reach(sizeBytes);
        all.AddFile();
    }

    private void Reach(long position)
    {
        lock (_lock)
        {
            var further = Math.Min(position, sizeBytes) - _bytes;
            if (further > 0)
            {
                _bytes += further;
                all.AddBytes(further);
            }
        }
    }
}
