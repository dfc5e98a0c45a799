using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using CharacterRefs.Tests.Support.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class WebhookOutboxTests(CatalogKind kind)
{
    private static readonly Uri s_receiver = new("https://receiver.example/hook");
    private static readonly TimeSpan s_claim = TimeSpan.FromSeconds(40);

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() =>
        _catalog = await TestCatalog.OpenAsync(kind, new WebhookSettings { Urls = [s_receiver], Signer = StandardWebhook.Parse(StubReceiver.Secret) });

    [TearDown]
    public Task TearDown() => TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task ClaimAsync_WhenNothingIsDue_SaysWhenTheNextIs()
    {
        Assert.That(await NextAsync(), Is.Null);
        await EnqueueAsync();
        var claimed = await ClaimOneAsync();

        var none = await ClaimAsync();

        Assert.That((none.Deliveries.Count, none.NextAt), Is.EqualTo((0, (DateTimeOffset?)claimed.ClaimedUntil)));
    }

    [Test]
    public async Task ClaimAsync_WhenManyClaimAtOnce_GivesEachDeliveryToOne()
    {
        for (var i = 0; i < 20; i++)
        {
            await EnqueueAsync();
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ClaimAsync(limit: 4))));

        Assert.That(claims.SelectMany(claim => claim.Deliveries).Select(delivery => delivery.Key), Is.Unique.And.Not.Empty);
    }

    [Test]
    public async Task Records_WhenTheClaimExpiredAndAnotherHasIt_ChangeNothing()
    {
        await EnqueueAsync();
        var late = await ClaimOneAsync();
        _catalog.Clock.Advance(s_claim);
        var claimed = await ClaimOneAsync();

        await _catalog.Outbox.RecordFailedAsync(late, "late", null, default);
        await _catalog.Outbox.RecordDeliveredAsync(late, default);
        await _catalog.Outbox.ReleaseAsync(late, default);

        var row = (await RowsAsync()).Single();
        Assert.That((row.NextAttemptAt, row.Attempts, row.LastError), Is.EqualTo((CatalogRows.ToMicroseconds(claimed.ClaimedUntil), 0, (string?)null)));
    }

    [Test]
    public async Task RecordDeliveredAsync_WhenTheClaimIsHeld_RemovesTheDelivery()
    {
        await EnqueueAsync();

        await _catalog.Outbox.RecordDeliveredAsync(await ClaimOneAsync(), default);

        Assert.That(await RowsAsync(), Is.Empty);
    }

    [Test]
    public async Task RecordFailedAsync_WhenItIsRetried_IsDueThenWithTheAttemptAndItsError()
    {
        await EnqueueAsync();
        var claimed = await ClaimOneAsync();
        var next = AReference.Time.AddMinutes(5);

        await _catalog.Outbox.RecordFailedAsync(claimed, "HTTP 500.", next, default);

        var row = (await RowsAsync()).Single();
        Assert.That((row.Attempts, row.LastError), Is.EqualTo((1, "HTTP 500.")));
        Assert.That(await NextAsync(), Is.EqualTo(next));
        _catalog.Clock.Advance(TimeSpan.FromMinutes(5));
        var again = await ClaimOneAsync();
        Assert.That((again.MessageId, again.Attempts), Is.EqualTo((claimed.MessageId, 1)));
    }

    [Test]
    public async Task GiveUpOlderAsync_WhenDeliveriesAreOlder_GivesEachUpOnceAndLeavesTheRest()
    {
        await EnqueueAsync();
        await EnqueueAsync();
        _catalog.Clock.Advance(TimeSpan.FromDays(1));
        await EnqueueAsync();
        var before = AReference.Time.AddHours(1);

        var first = await _catalog.Outbox.GiveUpOlderAsync(before, "Too old.", 1, default);
        var rest = await _catalog.Outbox.GiveUpOlderAsync(before, "Too old.", 10, default);
        var none = await _catalog.Outbox.GiveUpOlderAsync(before, "Too old.", 10, default);

        var rows = await RowsAsync();
        Assert.That(first.Concat(rest).Select(delivery => delivery.Key), Is.EqualTo(rows.Take(2).Select(row => row.Key)));
        Assert.That(none, Is.Empty);
        Assert.That(rows.Select(row => row.LastError), Is.EqualTo((string?[])["Too old.", "Too old.", null]));
        Assert.That((await ClaimAsync()).Deliveries.Select(delivery => delivery.Key), Is.EqualTo([rows[2].Key]));
    }

    [Test]
    public async Task GiveUpOlderAsync_WhenManyCallAtOnce_ReturnsEachDeliveryOnce()
    {
        for (var i = 0; i < 20; i++)
        {
            await EnqueueAsync();
        }

        var calls = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => _catalog.Outbox.GiveUpOlderAsync(AReference.Time.AddHours(1), "Too old.", 20, default))));

        Assert.That(calls.SelectMany(call => call).Select(delivery => delivery.Key), Is.Unique.And.Exactly(20).Items);
    }

    [Test]
    public async Task DeleteEndedAsync_WhenDeliveriesAreOlder_DeletesOnlyThoseThatNeedNoAttempt()
    {
        await EnqueueAsync();
        await _catalog.Outbox.RecordFailedAsync(await ClaimOneAsync(), "HTTP 410.", null, default);
        await EnqueueAsync();
        _catalog.Clock.Advance(TimeSpan.FromDays(1));
        await EnqueueAsync();
        var kept = (await RowsAsync()).Skip(1).Select(row => row.Key).ToList();

        Assert.That(await _catalog.Outbox.DeleteEndedAsync(AReference.Time, default), Is.Zero, "it is not older");
        Assert.That(await _catalog.Outbox.DeleteEndedAsync(AReference.Time.AddHours(1), default), Is.EqualTo(1));
        Assert.That((await RowsAsync()).Select(row => row.Key), Is.EqualTo(kept));
    }

    private Task EnqueueAsync() => _catalog.Outbox.EnqueueAsync(WebhookScene.Event(), default);

    private Task<WebhookClaim> ClaimAsync(int limit = 10) =>
        _catalog.Outbox.ClaimAsync(s_receiver, _catalog.Clock.GetUtcNow() + s_claim, limit, default);

    private async Task<WebhookDelivery> ClaimOneAsync() => (await ClaimAsync()).Deliveries.Single();

    private async Task<DateTimeOffset?> NextAsync() => (await ClaimAsync()).NextAt;

    private async Task<List<WebhookDeliveryRow>> RowsAsync()
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        return await context.WebhookDeliveries.AsNoTracking().OrderBy(row => row.Key).ToListAsync();
    }
}
