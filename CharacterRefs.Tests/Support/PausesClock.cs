using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support;

/// <summary>A clock that a test advances, and that reports each timer when it has been created.</summary>
internal sealed class PausesClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    public ChannelReader<TimeSpan> Pauses => _pauses.Reader;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _pauses.Writer.TryWrite(dueTime);
        return timer;
    }
}
