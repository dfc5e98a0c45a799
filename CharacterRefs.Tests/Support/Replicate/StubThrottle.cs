using System.Globalization;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The limit of an account with little credit: a burst of one, then one per interval of the stub's clock.</summary>
internal sealed class StubThrottle(TimeSpan interval, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _told = DateTimeOffset.MinValue;

    /// <summary>Creates of a client that knows of the limit and yet came before the time it was told.</summary>
    public int Early { get; private set; }

    /// <summary>Takes the next permit; otherwise the refusal.</summary>
    /// <param name="isSerial">The create is sent by a client that knows of the limit.</param>
    public StubAnswer? Take(bool isSerial)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            Early += isSerial && now < _told ? 1 : 0;
            if (now < _next)
            {
                var seconds = (int)Math.Ceiling((_next - now).TotalSeconds);
                _told = now.AddSeconds(seconds);
                return StubAnswer.LimitedByHeader(seconds.ToString(CultureInfo.InvariantCulture));
            }

            _next = now + interval;
            return null;
        }
    }
}
