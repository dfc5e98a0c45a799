using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// A value that is fetched once for all concurrent callers and kept for a while. A failure is returned to all of them, so that an outage does not make them
/// queue, and is kept only for <c>failureLife</c>. The fetch is canceled when its last caller leaves.
/// </summary>
internal sealed class Remembered<T>(TimeSpan life, TimeProvider clock, TimeSpan failureLife = default)
    where T : class
{
    private readonly SingleFlight<ValueTuple, Result<T>> _fetches = new(); // all under one key
    private volatile Kept? _kept;

    /// <summary>Returns what is kept, or the result of <paramref name="fetch"/>.</summary>
    public Task<Result<T>> GetAsync(Func<CancellationToken, Task<Result<T>>> fetch, CancellationToken cancellationToken) =>
        Find() is { } kept ? Task.FromResult(kept) : _fetches.RunAsync(default, token => FetchAsync(fetch, token), cancellationToken);

    private Result<T>? Find() => _kept is { } kept && clock.GetUtcNow() < kept.Until ? kept.Result : null;

    private async Task<Result<T>> FetchAsync(Func<CancellationToken, Task<Result<T>>> fetch, CancellationToken cancellationToken)
    {
        // Another fetch may have ended since the caller looked.
        if (Find() is { } kept)
        {
            return kept;
        }

        var fetched = await fetch(cancellationToken);
        var keptFor = fetched.Error is null ? life : failureLife;
        _kept = keptFor == TimeSpan.Zero ? null
            : new Kept(fetched, keptFor == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.GetUtcNow() + keptFor);
        return fetched;
    }

    private sealed record Kept(Result<T> Result, DateTimeOffset Until);
}
