namespace CharacterRefs.Application.Jobs.StoredSets;

/// <summary>Counts what is done and tells of it every few seconds.</summary>
internal sealed class TransferProgress : IAsyncDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;
    private int _files;
    private long _bytes;

    /// <param name="clock">The time.</param>
    /// <param name="tell">Gets the files and bytes that are done.</param>
    public TransferProgress(TimeProvider clock, Action<int, long> tell) =>
        _timer = clock.CreateTimer(_ => tell(Files, Bytes), null, s_pace, s_pace);

    public int Files => Volatile.Read(ref _files);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
