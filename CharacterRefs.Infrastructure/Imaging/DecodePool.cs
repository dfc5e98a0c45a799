namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Runs decoding on threads of its own, a bounded number at a time and each for a bounded time. A place is free again when its thread has ended, not
/// when the caller stopped waiting: work that cannot be interrupted at once keeps its place, so the bound holds whatever the files are.
/// </summary>
internal sealed class DecodePool(ImageDecodingOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Concurrency, options.Concurrency);

    /// <summary>Waits for a place, then for the work.</summary>
    /// <param name="decode">Blocks its thread; looks at the token between two pieces of work.</param>
    /// <param name="cancellationToken">Gives up waiting and stops the work.</param>
    /// <exception cref="TimeoutException">The work took longer than the options allow; waiting for a place does not count.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> decode, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(options.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var token = stop.Token;

        // A thread of its own: seconds of computing would starve the shared pool that answers requests.
        var work = Task.Factory.StartNew(() => Occupy(decode, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            // Whatever the abandoned work still throws has nobody left to tell.
            _ = work.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private T Occupy<T>(Func<CancellationToken, T> decode, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            return decode(stop);
        }
        finally
        {
            _places.Release();
        }
    }
}
