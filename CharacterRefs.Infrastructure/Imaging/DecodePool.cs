namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Decodes on dedicated threads, limited in number and time. A slot is released when its thread has ended, not when the caller stops waiting: work that cannot
/// be interrupted keeps its slot, so that the limit holds for any file.
/// </summary>
internal sealed class DecodePool(ImageDecodingOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Concurrency, options.Concurrency);

    /// <summary>Waits for a slot, then for the work.</summary>
    /// <param name="decode">Blocks its thread; checks the token between steps.</param>
    /// <param name="cancellationToken">Stops waiting and the work.</param>
    /// <exception cref="TimeoutException">The work exceeded the timeout, which excludes waiting for a slot.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> decode, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(options.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var token = stop.Token;

        // A dedicated thread: seconds of computing would starve the thread pool.
        var work = Task.Factory.StartNew(() => Occupy(decode, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            // Observes the exception of abandoned work.
            _ = work.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private T Occupy<T>(Func<CancellationToken, T> decode, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            return decode(stop);
        }
        finally
        {
            _slots.Release();
        }
    }
}
