namespace CharacterRefs.Application.References.Adoption;

/// <summary>Progress of an import; safe for concurrent use.</summary>
public sealed class ImportTally
{
    private long _total = -1;
    private long _seen;
    private long _adopted;
    private long _skipped;
    private long _rejected;
    private long _failed;
    private long _bytes;

    /// <summary>Objects listed so far.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    /// <summary>Objects to go through, counted before the first is read; <c>null</c> while they are counted.</summary>
    public long? Total => Interlocked.Read(ref _total) is >= 0 and var total ? total : null;

    /// <summary>Objects that are done, with any outcome.</summary>
    public long Done => Adopted + Skipped + Rejected + Failed;

    /// <summary>Images that were adopted.</summary>
    public long Adopted => Interlocked.Read(ref _adopted);

    /// <summary>Objects whose image has a row already or was deleted.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Objects that are not valid images; left in place.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Objects that could not be read; the next import retries them.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Bytes of adopted images.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether no object was rejected or failed.</summary>
    public bool IsComplete => Rejected == 0 && Failed == 0;

    internal void Expect(long count) => Interlocked.Exchange(ref _total, count);

    internal void Saw(int count) => Interlocked.Add(ref _seen, count);

    internal void Skip() => Interlocked.Increment(ref _skipped);

    internal void Reject() => Interlocked.Increment(ref _rejected);

    internal void Fail() => Interlocked.Increment(ref _failed);

    internal void Adopt(long bytes)
    {
        Interlocked.Increment(ref _adopted);
        Interlocked.Add(ref _bytes, bytes);
    }
}
