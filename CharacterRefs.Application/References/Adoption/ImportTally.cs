namespace CharacterRefs.Application.References.Adoption;

/// <summary>The running numbers of an import. Counted and read from several threads at once.</summary>
public sealed class ImportTally
{
    private long _seen;
    private long _adopted;
    private long _skipped;
    private long _refused;
    private long _failed;
    private long _bytes;

    /// <summary>Objects listed so far.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    /// <summary>Images that have a row now and had none.</summary>
    public long Adopted => Interlocked.Read(ref _adopted);

    /// <summary>Objects of images that have a row already or were deleted.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Objects that are not acceptable; they stay where they are, without a row.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Objects that the store did not give; the next import tries them again.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Bytes of adopted images.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether every object seen has its row or is not to have one.</summary>
    public bool IsComplete => Refused == 0 && Failed == 0;

    internal void Saw(int count) => Interlocked.Add(ref _seen, count);

    internal void Skip() => Interlocked.Increment(ref _skipped);

    internal void Refuse() => Interlocked.Increment(ref _refused);

    internal void Fail() => Interlocked.Increment(ref _failed);

    internal void Adopt(long bytes)
    {
        Interlocked.Increment(ref _adopted);
        Interlocked.Add(ref _bytes, bytes);
    }
}
