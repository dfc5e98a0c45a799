using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Unit")]
internal sealed class UploadWorkerTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);

    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", "s3"))) };
    private readonly PausesClock _clock = new(AReference.Time);
    private readonly IStoreReachability _reachability = Substitute.For<IStoreReachability>();
    private readonly CatalogDatabase _catalog = new(
        Substitute.For<IDbContextFactory<CatalogDbContext>>(),
        new SqliteEngine(new CatalogFile(new DataRootOptions()), new DiskReserve(new DataRootOptions())),
        TimeProvider.System);
    private readonly List<int> _rounds = [];
    private readonly UploadSignal _signal = new();
    private readonly CapturedLog _log = new();

    private UploadWorker _worker = null!;
    private int _second;

    [SetUp]
    public async Task StartAsync()
    {
        _reachability.IsReachable.Returns(true);
        _scene.Queue.ListUnqueuedAsync(default, default).ReturnsForAnyArgs(_ =>
        {
            _rounds.Add(_second);
            return [];
        });
        _worker = new UploadWorker(
            new UploadRound(
                _scene.Queue, _scene.Attempt, _reachability, _scene.Storage, new LeaseMeter(new TestMeters()), _clock, NullLogger<UploadRound>.Instance),
            new RemovalRound(_scene.Queue, _scene.Store, _reachability, new SingleNode(), _clock, NullLogger<RemovalRound>.Instance),
            _reachability,
            _catalog,
            _signal,
            _clock,
            _log.Of<UploadWorker>());
        await _worker.StartAsync(CancellationToken.None);
        await PassSecondsAsync(0);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        _worker.Dispose();
        _catalog.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Execute_WhenNothingHappens_ReadsTheCatalogOnceAMinute()
    {
        await PassSecondsAsync(130);

        Assert.That(_rounds, Is.EqualTo([0, 60, 120]));
    }

    [Test]
    public async Task Execute_WhenTheCatalogWasWritten_RunsARoundWithinASecond()
    {
        await PassSecondsAsync(7);
        await _catalog.WriteAsync(_ => Task.FromResult(0), CancellationToken.None);
        await PassSecondsAsync(10);

        Assert.That(_rounds, Is.EqualTo([0, 8]));
    }

    [Test]
    public async Task Execute_WhenAnotherNodeGaveAnUploadBack_RunsARoundWithinASecond()
    {
        await PassSecondsAsync(7);
        _signal.Set();
        await PassSecondsAsync(10);

        Assert.That(_rounds, Is.EqualTo([0, 8]));
    }

    [Test]
    public async Task Execute_WhenAnUploadIsDueLater_RunsARoundThen()
    {
        _scene.Queue.FindNextDueAsync(default).ReturnsForAnyArgs(AReference.Time.AddSeconds(68.5), default(DateTimeOffset?));
        await PassSecondsAsync(80);

        Assert.That(_rounds, Is.EqualTo([0, 60, 69]));
    }

    [Test]
    public async Task Execute_WhenARemovalFailed_RunsARoundWhenItIsDueAgain()
    {
        var deleted = AReference.Pending();
        _scene.Queue.ListRemovalsAsync(default, default).ReturnsForAnyArgs([new PendingRemoval(deleted.Id, deleted.RemoteCopy!.Key, null)]);
        _scene.Store.DeleteAsync(default!, default).ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("Not allowed.", AssetStoreFault.Rejected));
        await PassSecondsAsync(3);
        await _catalog.WriteAsync(_ => Task.FromResult(0), CancellationToken.None);
        await PassSecondsAsync(40);

        Assert.That(_rounds, Is.EqualTo([0, 4, 34]));
    }

    [Test]
    public async Task Execute_WhenTheStoreBecameReachable_RunsARoundWithinASecond()
    {
        await PassSecondsAsync(1);
        _reachability.IsReachable.Returns(false);
        await PassSecondsAsync(20);
        _reachability.IsReachable.Returns(true);
        await PassSecondsAsync(20);

        Assert.That(_rounds, Is.EqualTo([0, 2, 22]));
    }

    [Test]
    public async Task Execute_WhenARoundFails_RunsTheNextOneASecondLater()
    {
        _scene.Queue.ClaimDueAsync(default, default, default, default).ReturnsForAnyArgs(
            _ => throw new InvalidOperationException("The catalog is locked."), _ => []);
        await _catalog.WriteAsync(_ => Task.FromResult(0), CancellationToken.None);
        await PassSecondsAsync(10);

        Assert.That(_rounds, Is.EqualTo([0, 1, 2]));
    }

    [Test]
    public async Task Execute_WhenRoundsFailForTheSameCause_LogsItOnceWithoutATraceAndAgainAfterARoundThatDidNot()
    {
        LocalStorageException full = new("The catalog could not be written: the disk is full.", new IOException("No space left"));
        _scene.Queue.ClaimDueAsync(default, default, default, default).ReturnsForAnyArgs(
            _ => throw full, _ => throw full, _ => throw full, _ => [], _ => throw full, _ => []);
        await _catalog.WriteAsync(_ => Task.FromResult(0), CancellationToken.None);
        await PassSecondsAsync(10);
        Assert.That(_log.Lines, Has.Count.EqualTo(1).And.All.Contain("the disk is full. (No space left)").And.None.Contain("   at "));

        await _catalog.WriteAsync(_ => Task.FromResult(0), CancellationToken.None);
        await PassSecondsAsync(10);
        Assert.That(_log.Lines, Has.Count.EqualTo(2));
    }

    /// <summary>Advances the clock when the worker pauses, never while a round runs; at the end it pauses again.</summary>
    private async Task PassSecondsAsync(int seconds)
    {
        for (var end = _second + seconds; _second < end;)
        {
            var pause = await _clock.Pauses.ReadAsync().AsTask().WaitAsync(s_timeout);
            _second++;
            _clock.Advance(pause);
        }

        await _clock.Pauses.WaitToReadAsync().AsTask().WaitAsync(s_timeout);
    }
}
