using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Cache;

/// <summary>Over real files, a catalog and a store in memory.</summary>
[Category("Unit")]
internal sealed class CacheEvictionTests
{
    private const int FileBytes = 1000;

    private readonly ReferenceScene _scene = new();
    private readonly List<CharacterReference> _rows = [];
    private readonly Dictionary<AssetKey, AssetMetadata?> _stored = [];
    private TempDirectory _root = null!;
    private LocalReferenceFiles _files = null!;

    [SetUp]
    public void SetUp()
    {
        _root = new TempDirectory();
        _files = new LocalReferenceFiles(new DataRootOptions { Path = _root.FullPath });
        _scene.Reachability.IsReachable.Returns(true);
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(call =>
            _rows.Where(row => call.Arg<IReadOnlyCollection<CharacterReferenceId>>().Contains(row.Id)).ToDictionary(row => row.Id));
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(call => call.Arg<AssetKey>() is { } key ? _stored.GetValueOrDefault(key) : null);
    }

    [TearDown]
    public void TearDown() => _root.Dispose();

    [Test]
    public async Task RunAsync_WhenAllFilesAreWithinTheLimit_RemovesNone()
    {
        await AddAsync(minutesUnused: 5);
        await AddAsync(minutesUnused: 9);

        Assert.That(await RunAsync(2 * FileBytes), Is.EqualTo(new EvictionReport(0, 0, 0, IsCutShort: false)));
        Assert.That(_files.List().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WhenThereIsTooMuch_RemovesTheLeastRecentlyUsedUntilItFits()
    {
        var recent = await AddAsync(minutesUnused: 5);
        var oldest = await AddAsync(minutesUnused: 30);
        var older = await AddAsync(minutesUnused: 20);
        var newest = await AddAsync(minutesUnused: 2);
        using var counted = new CountedEvents(_scene.Meters);

        var report = await RunAsync((2 * FileBytes) + 1);

        Assert.That(report, Is.EqualTo(new EvictionReport(2, 2 * FileBytes, 0, IsCutShort: false)));
        Assert.That(Left(), Is.EquivalentTo(new[] { recent.Id, newest.Id }), $"{oldest.Id} and {older.Id} were used earlier");
        Assert.That(_files.TotalBytes, Is.EqualTo(2 * FileBytes));
        Assert.That(counted.Sums["characterrefs.cache.evicted_files"], Is.EqualTo(2));
        Assert.That(counted.Sums["characterrefs.cache.evicted_bytes"], Is.EqualTo(2 * FileBytes));
        await _scene.Queue.DidNotReceiveWithAnyArgs().RecordAsync(default, default, default!, default);
    }

    [Test]
    public async Task RunAsync_WhenACopyIsNotVerified_NeverRemovesTheFile([Values("pending", "never ordered", "no row", "other format")] string what)
    {
        var reference = await AddAsync(minutesUnused: 30);
        _rows.Clear();
        switch (what)
        {
            case "pending":
                _rows.Add(reference with { RemoteCopy = AReference.Pending(reference).RemoteCopy });
                break;
            case "never ordered":
                _rows.Add(reference with { RemoteCopy = null });
                break;
            case "other format":
                _rows.Add(reference with { Format = ImageFormat.WebP });
                break;
        }

        await RunAsync(0);

        Assert.That(Left(), Is.EqualTo(new[] { reference.Id }));
    }

    [TestCase(0.99, 1)]
    [TestCase(1.0, 0)]
    public async Task RunAsync_WhenAFileWasUsedWithinTheLastMinute_LeavesIt(double minutesUnused, int left)
    {
        await AddAsync(minutesUnused);

        await RunAsync(0);

        Assert.That(Left(), Has.Length.EqualTo(left));
    }

    [Test]
    public async Task RunAsync_WhenAFileIsUsedDuringTheRequestToTheStore_LeavesIt()
    {
        var reference = await AddAsync(minutesUnused: 30);
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(call =>
        {
            _files.RecordUse(_files.Find(reference.Id, reference.Format)!, _scene.Clock.GetUtcNow());
            return _stored[call.Arg<AssetKey>()];
        });

        await RunAsync(0);

        Assert.That(Left(), Is.EqualTo(new[] { reference.Id }));
    }

    [Test]
    public async Task RunAsync_WhenTheStoreIsKnownAsUnreachable_RemovesNothingWithoutARequest()
    {
        await AddAsync(minutesUnused: 30);
        _scene.Reachability.IsReachable.Returns(false);

        var report = await RunAsync(0);

        Assert.That(report, Is.EqualTo(new EvictionReport(0, 0, 0, IsCutShort: true)));
        Assert.That(Left(), Has.Length.EqualTo(1));
        await _scene.Store.DidNotReceiveWithAnyArgs().FindAsync(default!, default);
    }

    [Test]
    public async Task RunAsync_WhenTheStoreStopsResponding_RemovesNothingMore()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(minutesUnused: 10 + i);
        }

        var requests = 0;
        _scene.Store.FindAsync(default!, default).ReturnsForAnyArgs(call => ++requests < 3
            ? _stored[call.Arg<AssetKey>()]
            : throw new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));
        requests = 0;

        var report = await RunAsync(0);

        Assert.That(report, Is.EqualTo(new EvictionReport(2, 2 * FileBytes, 0, IsCutShort: true)));
        Assert.That(Left(), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task RunAsync_WhenTheStoreHasNoSuchCopy_KeepsTheFileAndQueuesItAgain([Values("absent", "length", "hash")] string what)
    {
        var reference = await AddAsync(minutesUnused: 30);
        var stored = _stored[reference.RemoteCopy!.Key]!;
        _stored[stored.Key] = what switch
        {
            "length" => stored with { Length = 1 },
            "hash" => stored with { Sha256 = ContentHash.FromDigest(new byte[32]) },
            _ => null,
        };

        var report = await RunAsync(0);

        Assert.That(report, Is.EqualTo(new EvictionReport(0, 0, 1, IsCutShort: false)));
        Assert.That(Left(), Is.EqualTo(new[] { reference.Id }));
        await _scene.Queue.Received(1).RecordAsync(
            reference.Id,
            Arg.Any<RemoteCopy?>(),
            Arg.Is<RemoteCopy>(copy => copy.State == RemoteCopyState.Pending && copy.Key == stored.Key && copy.NextAttemptAt == _scene.Clock.GetUtcNow()),
            Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task RunAsync_WhenTheStoreKeepsNoHash_GoesByTheLengthThatWasVerified()
    {
        var reference = await AddAsync(minutesUnused: 30);
        _stored[reference.RemoteCopy!.Key] = _stored[reference.RemoteCopy.Key]! with { Sha256 = null };

        Assert.That((await RunAsync(0)).Evicted, Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_WhenThereAreManyFiles_ReadsTheCatalogOnceAHundred()
    {
        for (var i = 0; i < 250; i++)
        {
            await AddAsync(minutesUnused: 10 + i);
        }

        var report = await RunAsync(0);

        Assert.That(report.Evicted, Is.EqualTo(250));
        await _scene.Catalog.ReceivedWithAnyArgs(3).FindManyAsync(default!, default);
    }

    private CharacterReferenceId[] Left() => [.. _files.List().Select(file => file.Id)];

    private Task<EvictionReport> RunAsync(long limit) =>
        new CacheEviction(
            _files,
            _scene.Catalog,
            new CopyVerification(_scene.Store, _scene.Queue, _scene.Clock),
            _scene.Reachability,
            StorageSettings.Read(TestSettings.Of(("LOCAL_CACHE_MAX_BYTES", $"{limit}"))),
            _scene.Meter,
            _scene.Clock).RunAsync(CancellationToken.None);

    private async Task<CharacterReference> AddAsync(double minutesUnused)
    {
        var reference = AReference.Persisted(AReference.Uploaded() with { SizeBytes = FileBytes });
        using (var staged = await _files.StageAsync(new MemoryStream(new byte[FileBytes]), FileBytes, CancellationToken.None))
        {
            _files.Publish(staged!, reference.Id, reference.Format);
        }

        var path = _files.Find(reference.Id, reference.Format)!.FullPath;
        File.SetLastWriteTimeUtc(path, AReference.Time.UtcDateTime.AddDays(-1));
        File.SetLastAccessTimeUtc(path, AReference.Time.UtcDateTime.AddMinutes(-minutesUnused));
        _rows.Add(reference);
        _stored[reference.RemoteCopy!.Key] = new AssetMetadata(reference.RemoteCopy.Key, FileBytes, "image/png", reference.Sha256, AReference.Time);
        return reference;
    }
}
