using CharacterRefs.Infrastructure.Imaging;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class DecodeGateTests
{
    private readonly DecodeGate _gate = new(places: 4, bytes: 100);

    [Test]
    public async Task EnterAsync_WhenMemoryIsTaken_WaitsUntilEnoughIsFree()
    {
        await EnterAsync(60);
        var second = EnterAsync(60);

        Assert.That(second.IsCompleted, Is.False);
        _gate.Leave(60);
        await second;
    }

    [Test]
    public async Task EnterAsync_WhenWorkExceedsTheMemoryAlone_RunsAlone()
    {
        await EnterAsync(1);
        var large = EnterAsync(500);
        Assert.That(large.IsCompleted, Is.False);
        _gate.Leave(1);
        await large;
        var next = EnterAsync(1);

        Assert.That(next.IsCompleted, Is.False);
        _gate.Leave(500);
        await next;
    }

    [Test]
    public async Task EnterAsync_WhenLargeWorkWaits_SmallWorkDoesNotOvertakeIt()
    {
        await EnterAsync(60);
        var large = EnterAsync(60);
        var small = EnterAsync(1);

        Assert.That(small.IsCompleted, Is.False);
        _gate.Leave(60);
        await Task.WhenAll(large, small);
    }

    [Test]
    public async Task EnterAsync_WhenTheFirstInLineGivesUp_AdmitsTheNext()
    {
        using var stop = new CancellationTokenSource();
        await EnterAsync(60);
        var large = _gate.EnterAsync(60, stop.Token);
        var small = EnterAsync(40);

        await stop.CancelAsync();

        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
        await small;
    }

    private Task EnterAsync(long memory) => _gate.EnterAsync(memory, CancellationToken.None);
}
