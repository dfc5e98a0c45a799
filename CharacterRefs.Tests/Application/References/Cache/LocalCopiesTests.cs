using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.Cache;

[Category("Unit")]
internal sealed class LocalCopiesTests
{
    private const string Fetched = "characterrefs.cache.fetches outcome=";

    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference;
    private readonly LocalFile _file;
    private CountedEvents _counted = null!;
    private LocalFile? _published;
    private int _opened;

    public LocalCopiesTests()
    {
        _reference = AReference.Persisted(AReference.Uploaded() with { SizeBytes = 10 }); // as a staged file of the scene
        _file = AReference.FileOf(_reference) with { LastUsed = AReference.Time };
    }

    [SetUp]
    public void KeepTheImageInTheStoreOnly()
    {
        _counted = new CountedEvents(_scene.Meters);
        _scene.Reachability.IsReachable.Returns(true);
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(_reference);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(_ => _published);
        _scene.Files.WhenForAnyArgs(files => files.Publish(default!, default, default!)).Do(_ => _published = _file);
        _scene.Files.WhenForAnyArgs(files => files.Delete(default, default!)).Do(_ => _published = null);
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(_ =>
        {
            Interlocked.Increment(ref _opened);
            return (OpenAsset?)Asset();
        });
    }

    [TearDown]
    public void StopListening() => _counted.Dispose();

    [Test]
    public async Task FindAsync_WhenTheFileIsHere_SendsNoRequest()
    {
        _published = _file;

        var found = await FindAsync();

        Assert.That(found.Value, Is.EqualTo(_file));
        Assert.That(_opened, Is.Zero);
        Assert.That(_counted.Sums["characterrefs.cache.hits"], Is.EqualTo(1));
    }

    [TestCase(59, false)]
    [TestCase(60, true)]
    public async Task FindAsync_WhenTheFileIsInDemand_RecordsItsUseOnceAMinute(int seconds, bool isRecorded)
    {
        _published = _file;
        _scene.Clock.Advance(TimeSpan.FromSeconds(seconds));

        await FindAsync();

        _scene.Files.Received(isRecorded ? 1 : 0).RecordUse(_file, _scene.Clock.GetUtcNow());
    }

    [Test]
    public async Task FindAsync_WhenTheUseCannotBeRecorded_FindsAllTheSame()
    {
        _published = _file with { LastUsed = default };
        _scene.Files.WhenForAnyArgs(files => files.RecordUse(default!, default)).Throw(new LocalStorageException("Read-only."));

        Assert.That((await FindAsync()).Value, Is.EqualTo(_published));
    }

    [TestCase(9)]
    [TestCase(10)]
    public async Task FindAsync_WhenTheFileIsDamaged_ReplacesItFromTheStore(long length)
    {
        _published = _file with { SizeBytes = length };
        _scene.Files.HashAsync(default!, default).ReturnsForAnyArgs(ContentHash.FromDigest(new byte[32]));

        var found = await FindAsync();

        Assert.That(found.Value, Is.EqualTo(_file));
        Assert.That(_opened, Is.EqualTo(1));
        Assert.That(_scene.Log.Lines, Has.One.Contains($"The local file of {_reference.Id} is damaged"));
        Assert.That(_scene.Integrity.Damaged, Is.Empty, "it was replaced");
    }

    [Test]
    public async Task FindAsync_WhenTheFileIsDamagedAndThereIsNoOtherCopy_IsAnErrorAndKeepsTheFile([Values] bool isPersisted)
    {
        _published = _file with { SizeBytes = 9 };
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(default(OpenAsset));

        var found = await _scene.Copies.FindAsync(isPersisted ? _reference : _reference with { RemoteCopy = null }, default);

        Assert.That(found.Error!.Kind, Is.EqualTo(ErrorKind.InternalError));
        Assert.That(found.Error.Detail, Does.StartWith("The local copy of the image is damaged"));
        Assert.That(_published, Is.Not.Null);
        Assert.That(_scene.Integrity.Damaged, Is.EqualTo([_reference.Id]));
    }

    [Test]
    public async Task FindAsync_WhenTheFileIsDamagedAndTheStoreIsDown_SaysBoth()
    {
        _published = _file with { SizeBytes = 9 };
        _scene.Reachability.IsReachable.Returns(false);

        var found = await FindAsync();

        Assert.That(found.Error!.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(found.Error.Detail, Does.Contain("damaged").And.Contain("unreachable"));
    }

    [Test]
    public async Task FindAsync_WhenTheFileWasVerified_ReadsItAgainOnlyWhenItChanged()
    {
        _published = _file;
        await FindAsync();
        await FindAsync();
        await _scene.Files.ReceivedWithAnyArgs(1).HashAsync(default!, default);

        _published = _file with { LastModified = _file.LastModified.AddTicks(1) };
        await FindAsync();
        _published = _published with { Number = 7 };
        await FindAsync();

        await _scene.Files.ReceivedWithAnyArgs(3).HashAsync(default!, default);
    }

    [Test]
    public async Task FindAsync_WhenOnlyTheStoreHasIt_FetchesIt()
    {
        var found = await FindAsync();

        Assert.That(found.Value, Is.EqualTo(_file));
        _scene.Files.Received(1).Publish(_scene.Staged.Single(), _reference.Id, _reference.Format);
        Assert.That(_counted.Sums[Fetched + "fetched"], Is.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenManyWantItAtOnce_FetchesItOnce()
    {
        var isOpen = new TaskCompletionSource();
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(async _ =>
        {
            Interlocked.Increment(ref _opened);
            await isOpen.Task;
            return (OpenAsset?)Asset();
        });
        _opened = 0; // to replace a return value is a call too

        var all = Enumerable.Range(0, 50).Select(_ => FindAsync()).ToList();
        isOpen.SetResult();
        var found = await Task.WhenAll(all);

        Assert.That(_opened, Is.EqualTo(1));
        Assert.That(found.Select(result => result.Value), Is.All.EqualTo(_file));
    }

    [Test]
    public async Task FindAsync_WhenManyImagesAreWantedAtOnce_FetchesEightAtATime()
    {
        using var begun = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(async _ =>
        {
            begun.Release();
            await ended.WaitAsync();
            return default(OpenAsset);
        });

        var all = Enumerable.Range(0, 50).Select(_ => _scene.Copies.FindAsync(_reference with { Id = AReference.NewId() }, CancellationToken.None)).ToList();
        for (var fetch = 1; fetch <= all.Count; fetch++)
        {
            Assert.That(await begun.WaitAsync(Condition.Limit), Is.True);
            if (fetch >= 8)
            {
                Assert.That(begun.CurrentCount, Is.Zero, "a fetch began while eight were running");
                ended.Release();
            }
        }

        ended.Release(7);
        await Task.WhenAll(all);
    }

    [Test]
    public async Task FindAsync_WhenTheLastWhoWaitsLeaves_StopsFetching()
    {
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(async call =>
        {
            call.Arg<CancellationToken>().Register(stopped.SetResult);
            began.SetResult();
            await stopped.Task;
            return default(OpenAsset);
        });
        var first = _scene.Copies.FindAsync(_reference, one.Token);
        var second = _scene.Copies.FindAsync(_reference, other.Token);
        await began.Task.WaitAsync(Condition.Limit); // a fetch that everybody left before it began has nothing to stop

        await one.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stopped.Task.IsCompleted, Is.False, "somebody still waits");
        await other.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());

        await stopped.Task.WaitAsync(Condition.Limit);
    }

    [Test]
    public async Task FindAsync_WhenAnotherPublishesFirst_TakesItsFile()
    {
        _scene.Files.WhenForAnyArgs(files => files.Publish(default!, default, default!)).Do(_ =>
        {
            _published = _file;
            throw new LocalStorageException("An image file already has that id.");
        });

        Assert.That((await FindAsync()).Value, Is.EqualTo(_file));
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
    }

    [TestCase(9, true)]
    [TestCase(11, true)]
    [TestCase(10, false)]
    public async Task FindAsync_WhenTheStoreHasOtherBytes_NeverHandsThemOut(long recordedLength, bool isSameHash)
    {
        var reference = _reference with { SizeBytes = recordedLength, Sha256 = isSameHash ? _reference.Sha256 : ContentHash.FromDigest(new byte[32]) };

        var found = await _scene.Copies.FindAsync(reference, CancellationToken.None);

        Assert.That(found.Error?.Kind, Is.EqualTo(ErrorKind.InternalError));
        _scene.Files.DidNotReceiveWithAnyArgs().Publish(default!, default, default!);
        Assert.That(_scene.Staged.Single().Disposals, Is.EqualTo(1));
        Assert.That(_counted.Sums[Fetched + "corrupt"], Is.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenTheStoreNoLongerHasIt_IsNotFound()
    {
        _scene.Store.OpenReadAsync(default!, default, default).ReturnsForAnyArgs(default(OpenAsset));

        Assert.That((await FindAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(_counted.Sums[Fetched + "absent"], Is.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenItWasNeverVerifiedInTheStore_IsNotFoundWithoutARequest()
    {
        var found = await _scene.Copies.FindAsync(AReference.Pending(_reference), CancellationToken.None);

        Assert.That(found.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(_opened, Is.Zero);
    }

    [Test]
    public async Task FindAsync_WhenTheStoreIsKnownAsUnreachable_DoesNotWaitForIt()
    {
        _scene.Reachability.IsReachable.Returns(false);

        Assert.That((await FindAsync()).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(_opened, Is.Zero);
    }

    [TestCase(AssetStoreFault.NoCredentials, ErrorKind.ConfigurationError)]
    [TestCase(AssetStoreFault.Rejected, ErrorKind.StorageUnavailable)]
    public async Task FindAsync_WhenTheCauseOfAnUnreachableStoreIsKnown_NamesIt(AssetStoreFault fault, ErrorKind kind)
    {
        _scene.Reachability.IsReachable.Returns(false);
        _scene.Reachability.Problem.Returns(new AssetStoreUnavailableException("The cause.", fault));

        var error = (await FindAsync()).Error!;

        Assert.That((error.Kind, error.RetryAfter is null), Is.EqualTo((kind, kind is ErrorKind.ConfigurationError)));
        Assert.That(error.Detail, Does.Contain("no local copy").And.EndsWith("The cause."));
    }

    [Test]
    public void FindAsync_WhenTheStoreFails_SaysSo()
    {
        _scene.Store.OpenReadAsync(default!, default, default)
            .ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        Assert.That(FindAsync, Throws.TypeOf<AssetStoreUnavailableException>());
        Assert.That(_counted.Sums[Fetched + "unreachable"], Is.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenTheImageIsDeletedMeanwhile_LeavesNoFile()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));

        Assert.That((await FindAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(_published, Is.Null);
    }

    [Test]
    public async Task OpenReadAsync_WhenTheFileVanishesAfterItWasFound_FetchesItAgain()
    {
        _published = _file;
        _scene.Files.OpenRead(default!).ReturnsForAnyArgs(
            _ =>
            {
                _published = null;
                throw new LocalStorageException("It is gone.");
            },
            _ => new MemoryStream([1, 2, 3]));

        await using var stream = await _scene.Copies.OpenReadAsync(_reference, CancellationToken.None);

        Assert.That(stream.Length, Is.EqualTo(3));
        Assert.That(_opened, Is.EqualTo(1));
    }

    [Test]
    public void OpenReadAsync_WhenTheFileIsThereAndCannotBeRead_SaysSoAtOnce()
    {
        _published = _file;
        _scene.Files.OpenRead(default!).ReturnsForAnyArgs(_ => throw new LocalStorageException("Access is denied."));

        Assert.That(
            async () => await _scene.Copies.OpenReadAsync(_reference, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("denied"));
        _scene.Files.ReceivedWithAnyArgs(1).OpenRead(default!);
    }

    [Test]
    public void OpenReadAsync_WhenTheStoreFails_IsAFailureOfStorage()
    {
        _scene.Store.OpenReadAsync(default!, default, default)
            .ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        Assert.That(
            async () => await _scene.Copies.OpenReadAsync(_reference, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("No route."));
    }

    private static OpenAsset Asset() =>
        new(new AssetMetadata(AssetKey.Parse("character_references/a.png"), 10, "image/png", null, AReference.Time), new MemoryStream(new byte[10]), 10);

    private Task<Result<LocalFile>> FindAsync() => _scene.Copies.FindAsync(_reference, CancellationToken.None);
}
