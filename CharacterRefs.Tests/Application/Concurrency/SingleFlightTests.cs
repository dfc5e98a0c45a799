using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Tests.Application.Concurrency;

[Category("Unit")]
internal sealed class SingleFlightTests
{
    private readonly TaskCompletionSource<int> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _token;
    private int _runs;

    [Test]
    public async Task RunAsync_WhenCallersOverlap_RunsOncePerKeyAndAnewAfterTheEnd()
    {
        var flights = new SingleFlight<string, int>();

        var first = flights.RunAsync("a", WorkAsync, CancellationToken.None);
        var second = flights.RunAsync("a", WorkAsync, CancellationToken.None);
        var other = flights.RunAsync("b", WorkAsync, CancellationToken.None);
        Assert.That((_runs, flights.Count, flights.IsRunning("a")), Is.EqualTo((2, 2, true)));
        _result.SetResult(7);

        Assert.That(await Task.WhenAll(first, second, other), Is.All.EqualTo(7));
        Assert.That(await flights.RunAsync("a", WorkAsync, CancellationToken.None), Is.EqualTo(7));
        Assert.That((_runs, flights.Count), Is.EqualTo((3, 0)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_WhenTheLastCallerLeaves_IsCanceledIfItIsAbandonable(bool isAbandonable)
    {
        var flights = new SingleFlight<string, int>(isAbandonable);
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var first = flights.RunAsync("a", WorkAsync, one.Token);
        var second = flights.RunAsync("a", WorkAsync, other.Token);

        await one.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_token.IsCancellationRequested, Is.False, "another caller waits");
        await other.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());

        Assert.That((_token.IsCancellationRequested, flights.IsRunning("a")), Is.EqualTo((isAbandonable, !isAbandonable)));
    }

    [Test]
    public void RunAsync_WhenTheWorkFails_FailsForTheCallerAndEnds()
    {
        var flights = new SingleFlight<string, int>();

        Assert.That(() => flights.RunAsync("a", _ => throw new InvalidOperationException("broken"), CancellationToken.None), Throws.InvalidOperationException);

        Assert.That(flights.Count, Is.Zero);
    }

    private Task<int> WorkAsync(CancellationToken cancellationToken)
    {
        _runs++;
        _token = cancellationToken;
        return _result.Task;
    }
}
