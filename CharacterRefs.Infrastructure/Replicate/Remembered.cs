using System.Diagnostics.CodeAnalysis;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// A value that is fetched by one caller at a time and kept for a while. A failure is not kept, and a caller that gives up lets the next one try.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A SemaphoreSlim holds nothing to free unless its wait handle is asked for.")]
internal sealed class Remembered<T>(TimeSpan life, TimeProvider time)
    where T : class
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private (T? Value, DateTimeOffset Until) _kept;

    /// <summary>The kept value, or what <paramref name="fetch"/> brings.</summary>
    public async Task<Result<T>> GetAsync(Func<CancellationToken, Task<Result<T>>> fetch, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_kept.Value is { } kept && time.GetUtcNow() < _kept.Until)
            {
                return kept;
            }

            var fetched = await fetch(cancellationToken);
            if (fetched.TryGet(out var value, out _))
            {
                _kept = (value, life == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.GetUtcNow() + life);
            }

            return fetched;
        }
        finally
        {
            _one.Release();
        }
    }
}
