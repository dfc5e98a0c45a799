using CharacterRefs.Application.Events;
using CharacterRefs.Application.Nodes;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Nodes;

[Category("Unit")]
internal sealed class RemoteChangesTests
{
    private readonly RecordedSignals _signals = new();
    private readonly List<CharacterReference> _images = [];
    private GenerationScene _scene = null!;
    private RemoteChanges _changes = null!;

    [SetUp]
    public void SetUp()
    {
        var node = Substitute.For<ICatalogNode>(); // not alone
        node.Id.Returns(Guid.NewGuid());
        node.HasLease.Returns(true);
        _scene = new GenerationScene { Node = node, Signals = _signals };
        _changes = new RemoteChanges(_scene.Events, _scene.Feed, _scene.Runner, _scene.Ledger, _scene.References.Catalog, _scene.Clock);
        _scene.References.Catalog.ListNewestAsync(default, default).ReturnsForAnyArgs(
            _ => [.. _images.AsEnumerable().Reverse().Select(image => (image.Id, image.CreatedAt))]);
        _scene.References.Catalog.FindAsync(default, default).ReturnsForAnyArgs(
            call => _images.Find(image => image.Id == call.Arg<CharacterReferenceId>()));
        _scene.References.Catalog.ListAsync(default!, default, default, default).ReturnsForAnyArgs(
            new ReferencePage<CharacterReference>([], null));
    }

    [TearDown]
    public async Task TearDown() => await _scene.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task WatchGeneration_WhenAnotherNodeRunsIt_GetsItsEnd(bool isSignalled)
    {
        var generation = await BegunElsewhereAsync();
        var end = _scene.Watch.WaitForEndAsync(generation, CancellationToken.None);

        var done = generation.Slots[0].Submit(_scene.Clock.GetUtcNow()).Fail("Error", "detail", false, _scene.Clock.GetUtcNow());
        await _scene.Ledger.RecordAsync(generation, generation.Slots[0], done, CancellationToken.None);
        await LookAsync(isSignalled, new CatalogSignal(CatalogSignalKind.Generation, generation.Id.ToString()));

        Assert.That((await end).Status, Is.EqualTo(GenerationStatus.Failed));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WatchEvents_WhenAnotherNodeAdds_GetsEachOnce(bool isSignalled)
    {
        await using var watching = _scene.WatchEvents.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        await watching.MoveNextAsync();
        await _changes.PollAsync(CancellationToken.None);

        var generation = await BegunElsewhereAsync();
        var image = AReference.Uploaded();
        _images.Add(image);
        await LookAsync(
            isSignalled,
            new CatalogSignal(CatalogSignalKind.Generation, generation.Id.ToString()),
            new CatalogSignal(CatalogSignalKind.Image, image.Id.ToString()));
        await _changes.PollAsync(CancellationToken.None);
        var last = AReference.Uploaded();
        _scene.Events.Add(last);

        Assert.That((await NextAsync(watching)).Generation?.Id, Is.EqualTo(generation.Id));
        Assert.That((await NextAsync(watching)).Image?.Id, Is.EqualTo(image.Id));
        Assert.That((await NextAsync(watching)).Image?.Id, Is.EqualTo(last.Id));
    }

    [Test]
    public async Task WatchEvents_WhenAGenerationBeginsAndEndsBetweenTwoPolls_GetsItsEnd()
    {
        await using var watching = _scene.WatchEvents.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        await watching.MoveNextAsync();
        await _changes.PollAsync(CancellationToken.None);

        var generation = await BegunElsewhereAsync();
        await _scene.Ledger.RequestCancelAsync(generation.Id, _scene.Clock.GetUtcNow(), CancellationToken.None);
        await _changes.PollAsync(CancellationToken.None);

        Assert.That((await NextAsync(watching)).Generation?.Status, Is.EqualTo(GenerationStatus.Canceled));
    }

    [Test]
    public async Task WatchEvents_WhenAJobGoesOnElsewhere_GetsItsProgress()
    {
        await using var watching = _scene.WatchEvents.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        await watching.MoveNextAsync();

        Assert.That(JobId.TryParse("video-1", out var jobId), Is.True);
        var progress = new JobProgress(jobId, JobOperation.Restore, false, 1, 2, 3_000_000_000, 4_000_000_000);
        _changes.Receive(new CatalogSignal(CatalogSignalKind.Job, progress.ToLine()));

        Assert.That((await NextAsync(watching)).Job, Is.EqualTo(progress));
    }

    [Test]
    public async Task WatchEvents_WhenItResumesAfterAnEventOfAnotherNode_SendsTheSecondsBeforeAgain()
    {
        using var others = _scene.Events.Watch();
        _scene.Clock.Advance(EventLog.Overlap * 2);
        var shownLate = AReference.Uploaded();
        _scene.Events.Receive(shownLate);
        var seenThere = _scene.Events.ReadAfter(0).LastId + 1; // of a service that showed another event a moment later

        await using var watching = _scene.WatchEvents.WatchAsync(seenThere, CancellationToken.None).GetAsyncEnumerator();

        Assert.That((await NextAsync(watching)).Image?.Id, Is.EqualTo(shownLate.Id));
    }

    [Test]
    public async Task WatchEvents_WhenNobodyWatchedHereBefore_ReadsWhatWasMissedFromTheCatalog()
    {
        var here = AReference.Uploaded();
        _scene.Events.Add(here);
        var seenThere = _scene.Events.ReadAfter(0).LastId;
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var generation = await BegunElsewhereAsync(); // nobody watches here, so this log does not know it

        await using var watching = _scene.WatchEvents.WatchAsync(seenThere, CancellationToken.None).GetAsyncEnumerator();

        Assert.That((await NextAsync(watching)).Generation?.Id, Is.EqualTo(generation.Id));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Cancel_WhenAnotherNodeReceivedIt_EndsWhatRunsHere(bool isSignalled)
    {
        _scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        var generation = (await _scene.BeginAsync()).Value!.Generation;
        await Condition.UntilAsync(() => _scene.Ledger.All.Single().Slots[0].State is GenerationSlotState.Running);

        await _scene.Ledger.RequestCancelAsync(generation.Id, _scene.Clock.GetUtcNow(), CancellationToken.None);
        await LookAsync(isSignalled, new CatalogSignal(CatalogSignalKind.Generation, generation.Id.ToString()));

        Assert.That((await _scene.EndAsync(generation)).Status, Is.EqualTo(GenerationStatus.Canceled));
    }

    [Test]
    public async Task PollAsync_WhenNobodyWatchesAndNothingRuns_ReadsNothing()
    {
        var ledger = Substitute.For<IGenerationLedger>();
        var changes = new RemoteChanges(_scene.Events, _scene.Feed, _scene.Runner, ledger, _scene.References.Catalog, _scene.Clock);

        await changes.PollAsync(CancellationToken.None);
        changes.Receive(new CatalogSignal(CatalogSignalKind.Generation, GenerationId.Create(_scene.Clock.GetUtcNow()).ToString()));
        changes.Receive(new CatalogSignal(CatalogSignalKind.Image, AReference.NewId().ToString()));

        Assert.That(changes.Signalled.IsCompleted, Is.False);
        Assert.That(ledger.ReceivedCalls(), Is.Empty);
        Assert.That(_scene.References.Catalog.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public void Add_WhenItHappensHere_SignalsTheOtherNodesAndNeverSendsTheirEventsBack()
    {
        var (own, others) = (AReference.Uploaded(), AReference.Uploaded());

        _scene.Events.Receive(others);
        _scene.Feed.Receive(AGeneration.Of(1));
        _scene.Events.Add(own);

        Assert.That(_signals.Sent, Is.EqualTo([new CatalogSignal(CatalogSignalKind.Image, own.Id.ToString())]));
    }

    private static async Task<CatalogEvent> NextAsync(IAsyncEnumerator<CatalogEvent> watching)
    {
        do
        {
            await watching.MoveNextAsync().AsTask().WaitAsync(Condition.Limit);
        }
        while (watching.Current is { Generation: null, Image: null, Job: null });

        return watching.Current;
    }

    private async Task LookAsync(bool isSignalled, params CatalogSignal[] signals)
    {
        if (!isSignalled)
        {
            await _changes.PollAsync(CancellationToken.None);
            return;
        }

        foreach (var signal in signals)
        {
            _changes.Receive(signal);
        }

        Assert.That(_changes.Signalled.IsCompleted, Is.True);
        await _changes.ReadSignalledAsync(CancellationToken.None);
        Assert.That(_changes.Signalled.IsCompleted, Is.False);
    }

    private async Task<Generation> BegunElsewhereAsync()
    {
        var generation = AGeneration.Of(1) with { CreatedAt = _scene.Clock.GetUtcNow() };
        await _scene.Ledger.BeginAsync(generation, null, null, CancellationToken.None);
        return generation;
    }
}
