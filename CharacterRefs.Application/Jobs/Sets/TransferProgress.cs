namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Counts files and bytes as they pass and reports both every few seconds.</summary>
internal sealed class TransferProgress : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;
    private int _files;
    private long _bytes;

    /// <param name="clock">Paces the reports.</param>
    /// <param name="report">Gets the files that are done and the bytes of all files.</param>
    public TransferProgress(TimeProvider clock, Action<int, long> report) =>
        _timer = clock.CreateTimer(_ => report(Volatile.Read(ref _files), Volatile.Read(ref _bytes)), null, s_interval, s_interval);

    /// <summary>Starts a file.</summary>
    public FileProgress Begin(long sizeBytes) => new(this, sizeBytes);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddFile() => Interlocked.Increment(ref _files);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
