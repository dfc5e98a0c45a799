using CharacterRefs.Application.Ports;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class StorageCheckTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task StartAsync_WhenTheBucketIsNotRequiredAndSaysNothing_GoesOnWithoutIt()
    {
        var clock = new FakeTimeProvider(AReference.Time);
        var store = Substitute.For<IAssetStore>();
        var isAsked = new TaskCompletionSource();
        store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(async call =>
        {
            isAsked.TrySetResult();
            await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            return SaveOutcome.Stored;
        });
        var options = new S3StoreOptions { Bucket = "images", Region = "us-east-1", IsStartRefused = false };
        using var check = new StorageCheck(new StorageProbe(store), options, clock, NullLogger<StorageCheck>.Instance);

        var start = check.StartAsync(CancellationToken.None);
        await isAsked.Task.WaitAsync(s_patience);
        Assert.That(start.IsCompleted, Is.False, "most stores answer soon, and then the start knows");
        clock.Advance(StorageCheck.LongestWait);
        await start.WaitAsync(s_patience);

        Assert.That((check.Result.IsWorking, check.Result.Words), Is.EqualTo((false, "The bucket has not answered the first try yet.")));
        await check.StopAsync(CancellationToken.None);
    }
}
