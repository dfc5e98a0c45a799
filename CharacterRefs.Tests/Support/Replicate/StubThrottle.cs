using System.Globalization;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The limit of an account with little credit: a burst of one, then one per interval of the stub's clock.</summary>
internal sealed class StubThrottle(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Takes the next permit; otherwise the refusal.</summary>
    public StubAnswer? Take()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _next)
            {
                return StubAnswer.LimitedByHeader(((int)Math.Ceiling((_next - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture));
            }

            _next = now + interval;
            return null;
        }
    }
}
