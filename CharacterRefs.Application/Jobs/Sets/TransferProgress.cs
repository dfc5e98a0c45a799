namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Counts what is done, bytes while they pass, and tells of it every few seconds.</summary>
internal sealed class TransferProgress : IAsyncDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;
    private int _files;
    private long _bytes;

    /// <param name="clock">The time.</param>
    /// <param name="tell">Gets the files that are done, and the bytes of all files.</param>
    public TransferProgress(TimeProvider clock, Action<int, long> tell) =>
        _timer = clock.CreateTimer(_ => tell(Volatile.Read(ref _files), Volatile.Read(ref _bytes)), null, s_pace, s_pace);

    /// <summary>A file is begun.</summary>
    public FileProgress Begin(long sizeBytes) => new(this, sizeBytes);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddFile() => Interlocked.Increment(ref _files);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
