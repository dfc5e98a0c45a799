namespace CharacterRefs.Application.References.Adoption;

/// <summary>Logs every five seconds how far work is that may be long.</summary>
public sealed partial class WorkProgress : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly string _work;
    private readonly Lazy<long> _total;
    private readonly Func<long>? _measure;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly long _started;
    private readonly ITimer _timer;
    private long _done;

    /// <param name="work">What is done, as the start of a sentence.</param>
    /// <param name="total">How many items there are; only called when the work takes longer than the first interval.</param>
    /// <param name="clock">Paces the lines.</param>
    /// <param name="logger">Receives the lines.</param>
    /// <param name="measure">Finds how many items are done; <c>null</c> = they are counted by <see cref="Advance"/>.</param>
    public WorkProgress(string work, Func<long> total, TimeProvider clock, ILogger logger, Func<long>? measure = null)
    {
        _measure = measure;
        (_work, _total, _clock, _logger, _started) = (work, new Lazy<long>(total), clock, logger, clock.GetTimestamp());
        _timer = clock.CreateTimer(_ => Report(), null, s_interval, s_interval);
    }

    /// <summary>One item is done.</summary>
    public void Advance() => Interlocked.Increment(ref _done);

    public void Dispose() => _timer.Dispose();

    private void Report()
    {
        var done = _measure?.Invoke() ?? Interlocked.Read(ref _done);
        var total = Math.Max(done, _total.Value); // items can be added while it runs
        var percent = total == 0 ? 0 : (int)(done * 100 / total);
        var rate = done / _clock.GetElapsedTime(_started).TotalSeconds;
        LogProgress(_logger, _work, done, total, percent, rate.ToString("0.0", CultureInfo.InvariantCulture));
    }

    [LoggerMessage(16, LogLevel.Information, "{Work}: {Done} of {Total}, {Percent} %, {Rate} per second")]
    private static partial void LogProgress(ILogger logger, string work, long done, long total, int percent, string rate);
}
