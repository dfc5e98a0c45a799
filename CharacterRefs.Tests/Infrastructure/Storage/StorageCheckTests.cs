using System.Net;
using System.Net.Sockets;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class StorageCheckTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    [Test]
    public async Task StartAsync_WhenTheBucketIsNotRequiredAndSendsNoResponse_ContinuesWithoutIt()
    {
        var clock = new FakeTimeProvider(AReference.Time);
        var store = Substitute.For<IAssetStore>();
        var isCalled = new TaskCompletionSource();
        store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(async call =>
        {
            isCalled.TrySetResult();
            await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            return SaveOutcome.Stored;
        });
        var options = new S3StoreOptions { Bucket = "images", Region = "us-east-1", IsRequiredAtStart = false };
        var pipeline = new S3Pipeline(options, clock, NullLogger<S3Pipeline>.Instance);
        using var check = new StorageCheck(new StorageProbe(store, clock), pipeline, options, clock, NullLogger<StorageCheck>.Instance);

        var start = check.StartAsync(CancellationToken.None);
        await isCalled.Task.WaitAsync(s_timeout);
        Assert.That(start.IsCompleted, Is.False, "most stores respond soon, and then the start knows");
        clock.Advance(StorageCheck.LongestWait);
        await start.WaitAsync(s_timeout);

        Assert.That((check.Result.IsWorking, check.Result.Message), Is.EqualTo((false, "The bucket has not responded to the first probe yet.")));
        await check.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task StartAsync_WhenTheStoreAcceptsConnectionsButSendsNoResponse_StartsAfterOneAttemptTimeoutAndIsNotReady()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new FakeTimeProvider(AReference.Time);
        var options = new S3StoreOptions
        {
            Bucket = "images",
            Region = "us-east-1",
            Endpoint = new Uri($"http://{silent.LocalEndpoint}"),
            AccessKeyId = new Secret("id"),
            SecretAccessKey = new Secret("key"),
        };
        await using var services = S3TestServer.Services(options, clock);
        var (probe, pipeline) = (new StorageProbe(services.GetRequiredService<IAssetStore>(), clock), services.GetRequiredService<S3Pipeline>());
        using var check = new StorageCheck(probe, pipeline, options, clock, NullLogger<StorageCheck>.Instance);

        var start = check.StartAsync(CancellationToken.None);
        using var write = await silent.AcceptSocketAsync().WaitAsync(s_timeout);
        await write.ReceiveAsync(new byte[1]).WaitAsync(s_timeout); // canceled before it was sent, its connection would be reused by the removal
        clock.Advance(options.AttemptTimeout - TimeSpan.FromSeconds(1));
        Assert.That(start.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var removal = await silent.AcceptSocketAsync().WaitAsync(s_timeout); // its time limit has begun before it connects
        clock.Advance(StorageProbe.RemovalTimeout);

        await start.WaitAsync(s_timeout);
        Assert.That((check.Result.IsWorking, check.Result.IsSilent), Is.EqualTo((false, true)));
        Assert.That(check.Result.Message, Is.EqualTo("A test object could not be written in time. The store did not respond."));
        await check.StopAsync(CancellationToken.None);
    }

    [TestCase(AssetStoreFault.Rejected)]
    [TestCase(AssetStoreFault.NoCredentials)]
    public async Task StartAsync_WhenTheStoreRejects_Fails(AssetStoreFault fault)
    {
        var store = Substitute.For<IAssetStore>();
        store.SaveAsync(default!, default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("The cause.", fault));

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => StartAsync(store));

        Assert.That(error!.Message, Does.Contain("\"images\" cannot be used. A test object could not be written. The cause."));
    }

    [TestCase(0L, true, "HEAD reports a length of 0")]
    [TestCase(null, false, "the store dropped its metadata")]
    public async Task StartAsync_WhenTheStoreReportsOtherThanWasWritten_Fails(long? length, bool hasHash, string cause)
    {
        var store = Substitute.For<IAssetStore>();
        AssetContent? written = null;
        store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            written = call.Arg<AssetContent>();
            return SaveOutcome.Stored;
        });
        store.FindAsync(default!, default).ReturnsForAnyArgs(call =>
            new AssetMetadata(call.Arg<AssetKey>(), length ?? written!.Length, "text/plain", hasHash ? written!.Sha256 : null, AReference.Time));

        var error = await Assert.ThrowsAsync<InvalidSettingsException>(() => StartAsync(store));

        Assert.That(error!.Message, Does.Contain(cause));
    }

    private static async Task StartAsync(IAssetStore store)
    {
        var clock = new FakeTimeProvider(AReference.Time);
        var options = new S3StoreOptions { Bucket = "images", Region = "us-east-1" };
        var pipeline = new S3Pipeline(options, clock, NullLogger<S3Pipeline>.Instance);
        using var check = new StorageCheck(new StorageProbe(store, clock), pipeline, options, clock, NullLogger<StorageCheck>.Instance);
        await check.StartAsync(CancellationToken.None);
    }
}
