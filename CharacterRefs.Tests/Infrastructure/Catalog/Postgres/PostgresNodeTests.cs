using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

/// <summary>Two nodes on one database. A lease ends in the database, where the node whose lease it is does not see it, as when that one hangs.</summary>
[Category("Integration")]
internal sealed class PostgresNodeTests : TwoNodesFixture
{
    [Test]
    public async Task Duty_WhileItsNodeIsAlive_IsOfThatNode()
    {
        Assert.That(await TakeAsync(One), Is.True);
        Assert.That(await TakeAsync(Two), Is.False);
        Assert.That(await TakeAsync(One), Is.True);
    }

    [Test]
    public async Task Duty_WhenTheLeaseOfItsNodeEnded_IsTakenOver()
    {
        await TakeAsync(One);
        await Two.ExpireAsync(One.Node);

        Assert.That(await TakeAsync(Two), Is.True);
        Assert.That(await TakeAsync(One), Is.False);
    }

    [Test]
    public async Task Duty_WhenItsNodeStopped_IsTakenOver()
    {
        await TakeAsync(One);
        await One.StopAsync();

        Assert.That(One.Node.HasLease, Is.False);
        Assert.That(await TakeAsync(Two), Is.True);
    }

    [Test]
    public async Task Duty_WhenItsNodeGaveItUp_IsTakenOverAndNotGivenUpForItsNewNode()
    {
        await TakeAsync(One);
        await One.Node.GiveUpAsync(NodeDuty.Removals, CancellationToken.None);

        Assert.That(await TakeAsync(Two), Is.True);
        Assert.That(await TakeAsync(One), Is.False);
        await One.Node.GiveUpAsync(NodeDuty.Removals, CancellationToken.None);
        Assert.That(await TakeAsync(One), Is.False);
    }

    [Test]
    public async Task Lease_WhenItEndedAndNobodyTookAnything_IsRenewed()
    {
        await TakeAsync(One);
        await Two.ExpireAsync(One.Node);
        await One.RenewAsync();

        Assert.That(await TakeAsync(Two), Is.False);
    }

    [Test]
    public async Task Lease_WhenTheDatabaseWasUnreachableForLonger_IsLostUntilItIsRenewedAndNoNodeCountsAsDead()
    {
        await TakeAsync(Two);
        await PostgresTestServer.AllowConnectionsAsync(Database, false);
        await PostgresTestServer.CutAsync(Database);
        One.Reconnect();
        Two.Reconnect();
        One.Clock.Advance(TestCatalog.Lease);
        Assert.That(One.Node.HasLease, Is.False);
        await PostgresTestServer.AllowConnectionsAsync(Database, true);

        await One.ExpireAsync(Two.Node);
        await One.RenewAsync();

        Assert.That(One.Node.HasLease, Is.True);
        Assert.That(await TakeAsync(One), Is.False, "the other node has had no time to renew its lease");
        for (var renewed = TimeSpan.Zero; renewed < TestCatalog.Lease; renewed += TestCatalog.Lease / 3)
        {
            await One.RenewAsync();
        }

        Assert.That(await TakeAsync(One), Is.True);
    }

    [Test]
    public async Task SelectStore_WhenAnotherNodeUsesAnother_IsRejectedAndQueuesNothing()
    {
        var reference = AReference.Pending();
        await One.References.AddAsync(reference, CancellationToken.None);
        await One.Uploads.SelectStoreAsync("s3 amazon images", CancellationToken.None);
        await One.Uploads.RecordAsync(reference.Id, reference.RemoteCopy, reference.RemoteCopy!.Verified(AReference.Time), CancellationToken.None);

        var same = await Two.Uploads.SelectStoreAsync("s3 amazon images", CancellationToken.None);
        var mistyped = await Two.Uploads.SelectStoreAsync("s3 amazon image", CancellationToken.None);
        await Two.ExpireAsync(One.Node);
        var alone = await Two.Uploads.SelectStoreAsync("s3 amazon other", CancellationToken.None);

        Assert.That(same, Is.EqualTo(new StoreSelection(0)));
        Assert.That(mistyped, Is.EqualTo(new StoreSelection(0, "s3 amazon images")));
        Assert.That(alone, Is.EqualTo(new StoreSelection(1)));
    }

    [Test]
    public async Task Uploads_WhenTwoNodesClaimAtOnce_AreEachClaimedOnceUntilTheClaimExpires()
    {
        for (var i = 0; i < 20; i++)
        {
            await One.References.AddAsync(AReference.Pending(), CancellationToken.None);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => ClaimAsync(i % 2 == 0 ? One : Two, TimeSpan.Zero, 5))));
        var rest = await ClaimAsync(Two, TimeSpan.Zero, 20);

        var claimed = claims.SelectMany(claim => claim).Concat(rest).ToList();
        Assert.That(claimed, Has.Count.EqualTo(20).And.Unique);
        Assert.That(await ClaimAsync(One, TimeSpan.FromSeconds(119), 20), Is.Empty);
        Assert.That(await ClaimAsync(One, TimeSpan.FromSeconds(120), 20), Is.EquivalentTo(claimed));
    }

    [Test]
    public async Task Uploads_WhenANodeGivesAClaimBack_AreDueForOthersUnlessTheyAreClaimedByAnother()
    {
        await One.References.AddAsync(AReference.Pending(), CancellationToken.None);
        var now = AReference.Time;
        var mine = (await One.Uploads.ClaimDueAsync(now, now.AddMinutes(2), 1, CancellationToken.None)).Single();

        await One.Uploads.ReleaseAsync(mine.Id, mine.RemoteCopy!, CancellationToken.None);
        var theirs = await Two.Uploads.ClaimDueAsync(now, now.AddMinutes(3), 1, CancellationToken.None);
        await One.Uploads.ReleaseAsync(mine.Id, mine.RemoteCopy!, CancellationToken.None);

        Assert.That(theirs.Select(claimed => claimed.Id), Is.EqualTo([mine.Id]));
        Assert.That(await One.Uploads.ClaimDueAsync(now.AddMinutes(2), now.AddMinutes(4), 1, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task Webhooks_WhenANodeGivesAClaimBack_AreDueForOthersUnlessTheyAreClaimedByAnother()
    {
        var receiver = new Uri("https://receiver.example/hook");
        await using (var context = await One.Contexts.CreateDbContextAsync())
        {
            context.WebhookDeliveries.Add(
                new WebhookDeliveryRow { MessageId = "msg_0", Url = receiver.AbsoluteUri, Type = "test", Body = "{}", NextAttemptAt = 1 });
            await context.SaveChangesAsync();
        }

        var mine = (await One.Outbox.ClaimAsync(receiver, AReference.Time.AddMinutes(1), 1, CancellationToken.None)).Deliveries.Single();

        await One.Outbox.ReleaseAsync(mine, CancellationToken.None);
        var theirs = (await Two.Outbox.ClaimAsync(receiver, AReference.Time.AddMinutes(2), 1, CancellationToken.None)).Deliveries.Single();
        await One.Outbox.ReleaseAsync(mine, CancellationToken.None);

        Assert.That((theirs.MessageId, theirs.Attempts), Is.EqualTo((mine.MessageId, 0)));
        Assert.That((await One.Outbox.ClaimAsync(receiver, AReference.Time.AddMinutes(3), 1, CancellationToken.None)).Deliveries, Is.Empty);
    }

    [Test]
    public async Task Webhooks_WhileAnotherNodeWritesOne_AreClaimedExceptThatOneWithoutAWait()
    {
        var receiver = new Uri("https://receiver.example/hook");
        await using var other = await One.Contexts.CreateDbContextAsync();
        other.WebhookDeliveries.AddRange(Enumerable.Range(0, 3).Select(i => new WebhookDeliveryRow
        {
            MessageId = $"msg_{i}",
            Url = receiver.AbsoluteUri,
            Type = "test",
            Body = "{}",
            NextAttemptAt = i,
        }));
        await other.SaveChangesAsync();
        await using var transaction = await other.Database.BeginTransactionAsync();
        await other.WebhookDeliveries.Where(row => row.MessageId == "msg_0").ExecuteUpdateAsync(rows => rows.SetProperty(row => row.Attempts, 1));

        var until = AReference.Time.AddMinutes(1);
        var claim = await Two.Outbox.ClaimAsync(receiver, until, 10, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        await transaction.CommitAsync();
        var rest = await Two.Outbox.ClaimAsync(receiver, until, 10, CancellationToken.None);

        Assert.That(claim.Deliveries.Select(delivery => delivery.MessageId), Is.EqualTo(["msg_1", "msg_2"]));
        Assert.That(claim.Deliveries.Select(delivery => delivery.ClaimedUntil), Is.All.EqualTo(until));
        Assert.That(rest.Deliveries.Select(delivery => delivery.MessageId), Is.EqualTo(["msg_0"]));
        var none = await Two.Outbox.ClaimAsync(receiver, until, 10, CancellationToken.None);
        Assert.That((none.Deliveries.Count, none.NextAt), Is.EqualTo((0, (DateTimeOffset?)until)));
    }

    [Test]
    public async Task Time_WhenTheClockOfTheMachineIsOff_IsThatOfTheDatabase()
    {
        var clock = new ShiftedClock { Offset = TimeSpan.FromHours(-3) };
        var time = new DatabaseTime(clock);
        await using var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddSingleton(time)
            .AddPostgresCatalog(Database, new NodeSettings { Lease = TestCatalog.Lease }).BuildServiceProvider();
        var node = services.GetRequiredService<PostgresNode>();
        await node.StartAsync(CancellationToken.None);

        Assert.That(time.GetUtcNow(), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
        await node.StopAsync(CancellationToken.None);
    }

    private static async Task<IEnumerable<CharacterReferenceId>> ClaimAsync(TestCatalog catalog, TimeSpan after, int limit)
    {
        var now = AReference.Time + after;
        return [.. (await catalog.Uploads.ClaimDueAsync(now, now.AddMinutes(2), limit, CancellationToken.None)).Select(reference => reference.Id)];
    }

    private static Task<bool> TakeAsync(TestCatalog catalog) => catalog.Node.TryTakeAsync(NodeDuty.Removals, CancellationToken.None);
}
