using System.IO.Pipelines;
using CharacterRefs.Api.Http;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Http;

[Category("Unit")]
internal sealed class PacedWriterTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private readonly FakeTimeProvider _clock = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5));
    private int _stalls;
    private PacedWriter _writer = null!;

    [SetUp]
    public void Start() => (_stalls, _writer) = (0, new PacedWriter(_pipe.Writer, s_limit, _clock, () => _stalls++));

    [Test]
    public async Task WriteAsync_WhenTheReaderTakesItInTime_IsNeverAStallHoweverLongTheWhole()
    {
        for (var i = 0; i < 100; i++)
        {
            var write = _writer.WriteAsync(new byte[20]);
            Assert.That(write.IsCompleted, Is.False);
            _clock.Advance(s_limit - TimeSpan.FromSeconds(1));
            await ReadAsync();
            await write;
        }

        _clock.Advance(s_limit);
        Assert.That(_stalls, Is.Zero);
    }

    [Test]
    public async Task FlushAsync_WhenTheReaderTakesNothing_IsAStallOnce()
    {
        var write = _writer.WriteAsync(new byte[200]).AsTask();
        await ReadAsync();
        await write;
        _writer.GetMemory(20);
        _writer.Advance(20);

        var flush = _writer.FlushAsync().AsTask();
        _clock.Advance(s_limit - TimeSpan.FromSeconds(1));
        Assert.That(_stalls, Is.Zero);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That(_stalls, Is.EqualTo(1), "what was read before is no credit");
        await ReadAsync();
        await flush;
    }

    private async Task ReadAsync() => _pipe.Reader.AdvanceTo((await _pipe.Reader.ReadAsync()).Buffer.End);
}
