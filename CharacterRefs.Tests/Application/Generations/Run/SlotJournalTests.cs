using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Tests.Support;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.Run;

[Category("Unit")]
internal sealed class SlotJournalTests
{
    private readonly GenerationFeed _feed = new(new EventLog(TimeProvider.System, new SingleNode(), new NoSignals()));
    private readonly IGenerationLedger _ledger = Substitute.For<IGenerationLedger>();

    [Test]
    public async Task HoldEnd_WhenAnotherSlotEndsMeanwhile_ShowsTheEndAfterTheLastHold()
    {
        var journal = new SlotJournal(_ledger, _feed, new SingleNode());
        var running = AGeneration.Of(2);
        var final = running with { Revision = 2, Slots = [.. running.Slots.Select(slot => slot.Cancel(AReference.Time))] };
        _ledger.RecordAsync(default!, default!, default!, default).ReturnsForAnyArgs(final);
        await using var watching = _feed.WatchAsync(_ => Task.FromResult<Generation?>(running), running.Id, -1, default).GetAsyncEnumerator();
        await watching.MoveNextAsync();
        var (first, second) = (journal.HoldEnd(running.Id), journal.HoldEnd(running.Id));

        await journal.TryRecordAsync(running, running.Slots[0], final.Slots[0]);
        first.Dispose();
        var next = watching.MoveNextAsync().AsTask();
        var wasShown = next.IsCompleted;
        second.Dispose();

        Assert.That(wasShown, Is.False);
        Assert.That(await next, Is.True);
        Assert.That(watching.Current.IsFinal, Is.True);
    }

    [Test]
    public async Task HoldEnd_WhenTheGenerationGoesOn_ShowsItAtOnce()
    {
        var journal = new SlotJournal(_ledger, _feed, new SingleNode());
        var running = AGeneration.Of(2);
        await using var watching = _feed.WatchAsync(_ => Task.FromResult<Generation?>(running), running.Id, -1, default).GetAsyncEnumerator();
        await watching.MoveNextAsync();
        using var hold = journal.HoldEnd(running.Id);

        journal.Show(running with { Revision = 2 });

        await watching.MoveNextAsync();
        Assert.That(watching.Current.Revision, Is.EqualTo(2));
    }
}
