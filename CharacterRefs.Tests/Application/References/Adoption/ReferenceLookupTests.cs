using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Adoption;

/// <summary>When the store is lookups for an id, and when not.</summary>
[Category("Unit")]
internal sealed class ReferenceLookupTests
{
    private readonly ReferenceScene _scene = new() { Storage = StorageSettings.Read(TestSettings.Of(("STORE_CONCURRENCY", "2"))) };
    private readonly CharacterReferenceId _id = AReference.NewId();
    private ReferenceLookup _lookup = null!;

    [SetUp]
    public void SetUp() => _lookup = _scene.Lookup;

    [TearDown]
    public void TearDown() => _lookup.Dispose();

    [Test]
    public async Task FindAsync_WhenThereIsARow_SendsNoRequest()
    {
        var reference = AReference.Uploaded();
        _scene.Catalog.FindAsync(reference.Id, Arg.Any<CancellationToken>()).Returns(reference);

        Assert.That((await _lookup.FindAsync(reference.Id, default)).Value, Is.SameAs(reference));
        Assert.That(_scene.Catalog.ReceivedCalls().Count(), Is.EqualTo(1));
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task FindAsync_WhenTheImageWasDeleted_IsNotFoundWithoutAListing()
    {
        _scene.Catalog.LookUpAsync(default!, default)
            .ReturnsForAnyArgs(new Dictionary<CharacterReferenceId, CatalogState> { [_id] = CatalogState.Deleted });
        _scene.Reachability.IsReachable.Returns(false);

        AssertError(await _lookup.FindAsync(_id, default), ErrorKind.NotFound);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task FindAsync_WhenTheStoreDoesNotRespond_DoesNotReportItAsAbsent()
    {
        _scene.Reachability.IsReachable.Returns(false);

        var error = AssertError(await _lookup.FindAsync(_id, default), ErrorKind.StorageUnavailable);

        Assert.That(error.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task FindAsync_WhenItIsAbsent_ListsOnceUntilTheAbsenceIsForgotten()
    {
        AssertError(await _lookup.FindAsync(_id, default), ErrorKind.NotFound);
        AssertError(await _lookup.FindAsync(_id, default), ErrorKind.NotFound);
        Assert.That(Listings(), Is.EqualTo(1));

        _scene.Clock.Advance(RecentAbsences.Lifetime);
        AssertError(await _lookup.FindAsync(_id, default), ErrorKind.NotFound);

        Assert.That(Listings(), Is.EqualTo(2));
        _scene.Store.Received(2).ListAsync(AssetLayout.References, $"{_id}.", Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task FindAsync_WhenTheStoreFails_RemembersNoAbsence()
    {
        _scene.Store.ListAsync(default!, default!, default).ReturnsForAnyArgs(
            _ => throw new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable), _ => AsyncEnumerable.Empty<AssetEntry>());

        Assert.That(async () => await _lookup.FindAsync(_id, default), Throws.TypeOf<AssetStoreUnavailableException>());
        AssertError(await _lookup.FindAsync(_id, default), ErrorKind.NotFound);
    }

    [Test]
    public async Task FindAsync_WhenManyRequestTheSameId_SearchesOnceForAll()
    {
        var gate = HoldListings();
        var lookups = Enumerable.Range(0, 50).Select(_ => _lookup.FindAsync(_id, default)).ToList();

        gate.SetResult();

        Assert.That((await Task.WhenAll(lookups)).Select(result => result.Error!.Kind), Is.All.EqualTo(ErrorKind.NotFound));
        Assert.That(Listings(), Is.EqualTo(1));
    }

    [Test]
    public async Task FindAsync_WhenOneOfManyLeaves_TheOthersGetTheirResult()
    {
        var gate = HoldListings();
        using var leaving = new CancellationTokenSource();
        var first = _lookup.FindAsync(_id, leaving.Token);
        var second = _lookup.FindAsync(_id, default);

        await leaving.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();

        AssertError(await second, ErrorKind.NotFound);
    }

    [Test]
    public async Task FindAsync_WhenManyIdsAreUnknown_ListsForAFewAtATime()
    {
        var gate = HoldListings();
        var lookups = Enumerable.Range(0, 20).Select(_ => _lookup.FindAsync(AReference.NewId(), default)).ToList();

        Assert.That(Listings(), Is.EqualTo(2), "STORE_CONCURRENCY");
        gate.SetResult();
        await Task.WhenAll(lookups);
        Assert.That(Listings(), Is.EqualTo(20));
    }

    [Test]
    public async Task FindAsync_WhenTooManyUnknownIdsAreRequested_RejectsTheRestAtOnce()
    {
        var gate = HoldListings();
        var lookups = Enumerable.Range(0, 300).Select(_ => _lookup.FindAsync(AReference.NewId(), default)).ToList();

        var rejected = lookups.Where(task => task.IsCompleted).ToList();

        Assert.That(rejected, Has.Count.EqualTo(300 - 256));
        AssertError(await rejected[0], ErrorKind.StorageUnavailable);
        gate.SetResult();
        Assert.That((await Task.WhenAll(lookups.Except(rejected))).Select(result => result.Error!.Kind), Is.All.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task FindAsync_WhenTheStoreIsSlow_ReturnsAfterStoreWaitAndSearchesOn()
    {
        var gate = HoldListings();
        var first = _lookup.FindAsync(_id, default);

        _scene.Clock.Advance(_scene.Storage.StoreWait);
        AssertError(await first, ErrorKind.StorageUnavailable);
        var second = _lookup.FindAsync(_id, default);
        gate.SetResult();

        AssertError(await second, ErrorKind.NotFound);
        Assert.That(Listings(), Is.EqualTo(1));
    }

    [Test]
    public async Task FindManyAsync_WhenAllHaveRows_ReadsOnceAndKeepsTheOrder()
    {
        var references = Enumerable.Range(0, 5).Select(_ => AReference.Uploaded()).ToArray();
        _scene.Catalog.FindManyAsync(default!, default).ReturnsForAnyArgs(references.Reverse().ToDictionary(reference => reference.Id));

        var found = await _lookup.FindManyAsync([.. references.Select(reference => reference.Id)], default);

        Assert.That(found.Value, Is.EqualTo(references));
        Assert.That(_scene.Catalog.ReceivedCalls().Count(), Is.EqualTo(1));
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task FindManyAsync_WhenManyAreUnknown_ListsForAFewAtATimeAndNamesThemAll()
    {
        var ids = Unknown(1000);
        var gate = HoldListings();

        var finding = _lookup.FindManyAsync(ids, default);

        Assert.That(() => Listings(), Is.EqualTo(2).After(5000, 10), "STORE_CONCURRENCY");
        gate.SetResult();
        Assert.That(AssertError(await finding, ErrorKind.NotFound).UnknownImageIds, Is.EqualTo(ids.Select(id => id.ToString())));
        AssertError(await _lookup.FindManyAsync(ids, default), ErrorKind.NotFound);
        Assert.That(Listings(), Is.EqualTo(1000), "absences are remembered");
    }

    [Test]
    public async Task FindManyAsync_WhenOthersUseEveryPlace_DoesNotRejectItself()
    {
        var gate = HoldListings();
        var others = Unknown(250).Select(id => _lookup.FindAsync(id, default)).ToList();

        var finding = _lookup.FindManyAsync(Unknown(20), default);
        gate.SetResult();

        AssertError(await finding, ErrorKind.NotFound);
        await Task.WhenAll(others);
    }

    [Test]
    public async Task FindManyAsync_WhenTheStoreDoesNotRespond_ReportsNoneAsAbsent()
    {
        _scene.Reachability.IsReachable.Returns(false);

        AssertError(await _lookup.FindManyAsync(Unknown(50), default), ErrorKind.StorageUnavailable);

        Assert.That(_scene.Catalog.ReceivedCalls().Count(), Is.LessThan(10), "after the first nobody looks for the rest");
    }

    private static CharacterReferenceId[] Unknown(int count) => [.. Enumerable.Range(0, count).Select(_ => AReference.NewId())];

    private static Error AssertError<T>(Result<T> result, ErrorKind kind)
    {
        Assert.That(result.Error?.Kind, Is.EqualTo(kind));
        return result.Error!;
    }

    private int Listings() => _scene.Store.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(IAssetStore.ListAsync));

    /// <summary>Every listing waits for this.</summary>
    private TaskCompletionSource HoldListings()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scene.Store.ListAsync(default!, default!, default).ReturnsForAnyArgs(_ => WaitAsync(gate.Task));
        return gate;
    }

    private static async IAsyncEnumerable<AssetEntry> WaitAsync(Task gate)
    {
        await gate;
        yield break;
    }
}
