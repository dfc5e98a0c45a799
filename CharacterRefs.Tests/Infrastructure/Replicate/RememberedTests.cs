using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class RememberedTests
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public async Task GetAsync_WhenManyCallAtOnce_FetchesOnceAndSharesEvenAFailure()
    {
        var remembered = new Remembered<string>(TimeSpan.FromMinutes(1), _clock);
        var response = new TaskCompletionSource<Result<string>>();
        var fetches = 0;
        Task<Result<string>> FetchAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref fetches);
            return response.Task;
        }

        var waiting = Enumerable.Range(0, 3).Select(_ => remembered.GetAsync(FetchAsync, CancellationToken.None)).ToList();
        response.SetResult(new Error(ErrorKind.UpstreamFailed, "down"));
        var failed = await Task.WhenAll(waiting);
        var retried = await remembered.GetAsync(_ => Task.FromResult<Result<string>>("up"), CancellationToken.None);

        Assert.That(fetches, Is.EqualTo(1));
        Assert.That(failed.Select(result => result.Error?.Detail), Is.All.EqualTo("down"));
        Assert.That(retried.Value, Is.EqualTo("up"));
    }

    [Test]
    public async Task GetAsync_WhenLifeIsOver_FetchesAgain()
    {
        var remembered = new Remembered<string>(TimeSpan.FromMinutes(1), _clock);
        var values = new Queue<string>(["first", "second"]);
        Task<Result<string>> FetchAsync(CancellationToken cancellationToken) => Task.FromResult<Result<string>>(values.Dequeue());

        var first = await remembered.GetAsync(FetchAsync, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(59));
        var kept = await remembered.GetAsync(FetchAsync, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = await remembered.GetAsync(FetchAsync, CancellationToken.None);

        Assert.That(new[] { first.Value, kept.Value, second.Value }, Is.EqualTo(new[] { "first", "first", "second" }));
    }

    [Test]
    public async Task GetAsync_WhenSomeGiveUp_GoesOnForTheOthersAndStopsWithTheLast()
    {
        var remembered = new Remembered<string>(TimeSpan.FromMinutes(1), _clock);
        var fetching = new TaskCompletionSource<CancellationToken>();
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        async Task<Result<string>> FetchAsync(CancellationToken cancellationToken)
        {
            fetching.TrySetResult(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        }

        var first = remembered.GetAsync(FetchAsync, one.Token);
        var second = remembered.GetAsync(FetchAsync, other.Token);
        var token = await fetching.Task;
        await one.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(token.IsCancellationRequested, Is.False);
        await other.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());

        Assert.That(token.IsCancellationRequested, Is.True);
    }
}
