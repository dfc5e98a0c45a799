namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Counts files and bytes as they pass, shows both to watchers every second and reports them every few seconds.</summary>
internal sealed class TransferProgress : IAsyncDisposable
{
    private const int TicksPerReport = 5;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly ITimer _timer;
    private readonly TimeProvider _clock;
    private readonly JobActivity _activity;
    private readonly Action<TransferReport> _report;
    private readonly (int Files, long Bytes) _total;
    private readonly Lock _reporting = new();
    private (long Timestamp, long Bytes) _last;
    private int _ticks;
    private int _files;
    private long _bytes;

    /// <param name="clock">Paces the reports.</param>
    /// <param name="activity">Shows it to watchers.</param>
    /// <param name="files">The number of all files.</param>
    /// <param name="bytes">The bytes of all files.</param>
    /// <param name="report">Gets what is done so far.</param>
    public TransferProgress(TimeProvider clock, JobActivity activity, int files, long bytes, Action<TransferReport> report)
    {
        (_clock, _activity, _total, _report) = (clock, activity, (files, bytes), report);
        _last = (clock.GetTimestamp(), 0);
        Show();
        _timer = clock.CreateTimer(_ => Tick(), null, s_tick, s_tick);
    }

    /// <summary>Starts a file.</summary>
    public FileProgress Begin(long sizeBytes) => new(this, sizeBytes);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddFile() => Interlocked.Increment(ref _files);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        Show();
    }

    private void Show() => _activity.Show(Volatile.Read(ref _files), _total.Files, Interlocked.Read(ref _bytes), _total.Bytes);

    private void Tick()
    {
        lock (_reporting)
        {
            Show();
            if (++_ticks % TicksPerReport != 0)
            {
                return;
            }

            var (now, bytes) = (_clock.GetTimestamp(), Interlocked.Read(ref _bytes));
            var seconds = _clock.GetElapsedTime(_last.Timestamp, now).TotalSeconds;
            var rate = seconds > 0 ? (bytes - _last.Bytes) / seconds : 0;
            _last = (now, bytes);
            _report(new TransferReport(Volatile.Read(ref _files), _total.Files, bytes, _total.Bytes, rate));
        }
    }
}
