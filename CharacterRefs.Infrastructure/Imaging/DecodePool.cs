namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Decodes on dedicated threads, or what takes milliseconds on those of the thread pool, limited in number, memory and time. A slot is released when the
/// work has ended, not when the caller stops waiting: work that cannot be interrupted keeps its slot, so that the limits hold for any file.
/// </summary>
internal sealed class DecodePool(ImageDecodingOptions options, TimeProvider clock)
{
    // A busy machine or a slow disk makes the work wait. Then it may take this many times the timeout in all.
    private const int MostTimeouts = 12;

    private readonly DecodeGate _gate = new(options.Concurrency, options.MemoryBytes);

    /// <summary>Waits for a slot, then for the work.</summary>
    /// <param name="memory">Estimate of the memory that the work takes, in bytes.</param>
    /// <param name="decode">Blocks its thread; checks the token between steps.</param>
    /// <param name="cancellationToken">Stops waiting and the work.</param>
    /// <param name="isQuick">Whether it takes milliseconds: then a thread of the pool does it.</param>
    /// <exception cref="TimeoutException">
    /// The work used more processor time than the timeout, or where that cannot be measured took longer; waiting for a slot does not count.
    /// </exception>
    public async Task<T> RunAsync<T>(long memory, Func<CancellationToken, T> decode, CancellationToken cancellationToken, bool isQuick = false)
    {
        await _gate.EnterAsync(memory, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = stop.Token;
        var time = new ThreadTime();

        // Seconds of computing would starve the thread pool.
        var work = Task.Factory.StartNew(
            () => Occupy(memory, time, decode, token),
            CancellationToken.None,
            isQuick ? TaskCreationOptions.None : TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            return await WaitAsync(work, time, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            await stop.CancelAsync();

            // Observes the exception of abandoned work.
            _ = work.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<T> WaitAsync<T>(Task<T> work, ThreadTime time, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        for (var wait = options.Timeout; ;)
        {
            try
            {
                return await work.WaitAsync(wait, clock, cancellationToken);
            }
            catch (TimeoutException) when (time.Used < options.Timeout && clock.GetElapsedTime(start) < options.Timeout * MostTimeouts)
            {
                wait = options.Timeout / MostTimeouts;
            }
        }
    }

    private T Occupy<T>(long memory, ThreadTime time, Func<CancellationToken, T> decode, CancellationToken stop)
    {
        try
        {
            time.Begin();
            stop.ThrowIfCancellationRequested();
            return decode(stop);
        }
        finally
        {
            _gate.Leave(memory);
        }
    }
}
