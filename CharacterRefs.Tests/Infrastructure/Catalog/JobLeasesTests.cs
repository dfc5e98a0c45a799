using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class JobLeasesTests(CatalogKind kind)
{
    private static readonly JobId s_job = AJobAsset.Job;
    private static readonly DateTimeOffset s_end = AReference.Time.AddSeconds(30).AddTicks(70);

    private readonly Guid _first = Guid.NewGuid();
    private readonly Guid _second = Guid.NewGuid();

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() => _catalog = await TestCatalog.OpenAsync(kind);

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task TryTakeAsync_WhenHeld_ReturnsWhenItEnds()
    {
        Assert.That(await TakeAsync(_first), Is.Null);
        Assert.That(await TakeAsync(_second, s_end.AddSeconds(5)), Is.EqualTo(s_end));
        Assert.That(await _catalog.Leases.TryTakeAsync(JobId.TryParse("job-2", out var other) ? other : default, _second, s_end, default), Is.Null);
    }

    [Test]
    public async Task TryTakeAsync_WhenReleasedOrEnded_TakesIt([Values] bool released)
    {
        await TakeAsync(_first);
        if (released)
        {
            await _catalog.Leases.ReleaseAsync(s_job, _first, default);
        }
        else
        {
            _catalog.Clock.SetUtcNow(s_end);
        }

        Assert.That(await TakeAsync(_second, s_end.AddSeconds(30)), Is.Null);
        Assert.That(await _catalog.Leases.RenewAsync(s_job, _first, s_end.AddSeconds(60), default), Is.False, "it belongs to another");
        Assert.That(await TakeAsync(_first), Is.EqualTo(s_end.AddSeconds(30)));
    }

    [Test]
    public async Task RenewAsync_WhenHeld_MovesTheEnd()
    {
        await TakeAsync(_first);

        Assert.That(await _catalog.Leases.RenewAsync(s_job, _first, s_end.AddSeconds(20), default), Is.True);
        _catalog.Clock.SetUtcNow(s_end);

        Assert.That(await TakeAsync(_second), Is.EqualTo(s_end.AddSeconds(20)));
    }

    [Test]
    public async Task ReleaseAsync_WhenItBelongsToAnother_LeavesIt()
    {
        await TakeAsync(_first);

        await _catalog.Leases.ReleaseAsync(s_job, _second, default);

        Assert.That(await TakeAsync(_second), Is.EqualTo(s_end));
    }

    [Test]
    public async Task TryTakeAsync_WhenTwoProcessesWantIt_GivesItToOne([Values] bool ended)
    {
        await using var other = await _catalog.OpenAnotherAsync();
        for (var round = 0; round < 15; round++)
        {
            if (ended)
            {
                await TakeAsync(Guid.NewGuid(), AReference.Time.AddSeconds(-1));
            }

            var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                var holder = Guid.NewGuid();
                return await (i % 2 == 0 ? _catalog : other).Leases.TryTakeAsync(s_job, holder, s_end, default) is null ? holder : default(Guid?);
            })));

            var winner = taken.OfType<Guid>().Single();
            await other.Leases.ReleaseAsync(s_job, winner, default);
        }
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    public async Task TryTakeAsync_WhenTheEndIsLaterThanAnyLease_TakesIt(int beyond, bool taken)
    {
        await TakeAsync(_first, AReference.Time + IJobLeases.Longest + TimeSpan.FromMicroseconds(beyond));

        Assert.That(await TakeAsync(_second) is null, Is.EqualTo(taken));
    }

    [Test]
    public async Task BreakAsync_WhenHeld_FreesTheJobAndItsHolderCannotRenew()
    {
        await TakeAsync(_first);

        Assert.That(await _catalog.Leases.BreakAsync(s_job, default), Is.True);
        Assert.That(await _catalog.Leases.BreakAsync(s_job, default), Is.False);
        Assert.That(await _catalog.Leases.RenewAsync(s_job, _first, s_end, default), Is.False);
        Assert.That(await TakeAsync(_second), Is.Null);
    }

    private Task<DateTimeOffset?> TakeAsync(Guid holder, DateTimeOffset? until = null) => _catalog.Leases.TryTakeAsync(s_job, holder, until ?? s_end, default);
}
