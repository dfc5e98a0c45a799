namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Progress of one file. Each byte counts once: a repeated read adds nothing until it passes the furthest position so far.</summary>
internal sealed class FileProgress(TransferProgress all, long sizeBytes)
{
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>The same content; reading it counts. It cannot seek.</summary>
    public Stream Watch(Stream content) => new WatchedStream(content, Reach);

    /// <summary>The file is done, also when it failed.</summary>
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
