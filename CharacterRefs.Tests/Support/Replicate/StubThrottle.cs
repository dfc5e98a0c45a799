using System.Globalization;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A token bucket for creates, on the stub's clock; full at the start.</summary>
/// <param name="rate">Tokens per second.</param>
/// <param name="burst">Tokens the bucket holds.</param>
/// <param name="isPrecise">A rejection names the time to the next token as it is; otherwise rounded up to whole seconds, as Replicate does.</param>
/// <param name="clock">The stub's clock.</param>
internal sealed class StubThrottle(double rate, int burst, bool isPrecise, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private DateTimeOffset _at = clock.GetUtcNow();

    public int Taken { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>Takes a token, or returns the time to the next one.</summary>
    public TimeSpan? Take()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _tokens = Math.Min(burst, _tokens + (Math.Max(0, (now - _at).TotalSeconds) * rate));
            _at = now;

            // A token that is there but for the rounding of the sum is there.
            if (_tokens > 1 - 1e-6)
            {
                _tokens--;
                Taken++;
                return null;
            }

            Rejected++;
            var seconds = (1 - _tokens) / rate;
            return TimeSpan.FromSeconds(isPrecise ? seconds : Math.Ceiling(seconds));
        }
    }

    /// <summary>Takes a token, or returns the rejection.</summary>
    public StubResponse? Respond() => Take() is not { } pause ? null
        : isPrecise ? StubResponse.LimitedByBody(pause.TotalSeconds)
        : StubResponse.LimitedByHeader(pause.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
