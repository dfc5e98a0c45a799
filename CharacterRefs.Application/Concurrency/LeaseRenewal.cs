namespace CharacterRefs.Application.Concurrency;

/// <summary>
/// Renews a lease three times within its length while its holder works, and cancels the work when the lease ends. The end is counted by the monotonic clock
/// from before each renewal was sent, so the holder stops first; a renewal that gets no response delays nothing.
/// </summary>
public static class LeaseRenewal
{
    private const int RenewalsPerLease = 3;

    /// <summary>Renews until the work is done, or the lease is lost.</summary>
    /// <param name="length">How long each renewal lasts.</param>
    /// <param name="takenAt">Timestamp of the clock from before the lease was taken.</param>
    /// <param name="renewAsync">Renews once. <c>false</c> = another may hold the lease; <c>null</c> = not known, so that the next renewal decides.</param>
    /// <param name="lost">Canceled when the lease is lost.</param>
    /// <param name="done">When the work is done. A renewal that has begun is waited for, so that its effect is known.</param>
    /// <returns>Whether the lease was held until the work was done.</returns>
    public static async Task<bool> RunAsync(
        TimeSpan length,
        long takenAt,
        Func<CancellationToken, Task<bool?>> renewAsync,
        CancellationTokenSource lost,
        TimeProvider clock,
        CancellationToken done)
    {
        using var ended = new CancellationTokenSource(Rest(takenAt), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, done);
        while (await PauseAsync())
        {
            var sentAt = clock.GetTimestamp();
            var isHeld = await TryRenewAsync();
            if (isHeld is true)
            {
                ended.CancelAfter(Rest(sentAt));
            }
            else if (isHeld is false)
            {
                break;
            }
        }

        if (done.IsCancellationRequested)
        {
            return true;
        }

        await lost.CancelAsync();
        return false;

        TimeSpan Rest(long from)
        {
            var rest = length - clock.GetElapsedTime(from);
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }

        async Task<bool> PauseAsync()
        {
            await Task.Delay(length / RenewalsPerLease, clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !either.IsCancellationRequested;
        }

        async Task<bool?> TryRenewAsync()
        {
            try
            {
                return await renewAsync(ended.Token).WaitAsync(ended.Token);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
