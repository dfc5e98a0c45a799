using CharacterRefs.Application.Generations.ReportUsage;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.ReportUsage;

[Category("Unit")]
internal sealed class ReportUsageHandlerTests
{
    private static readonly DateOnly s_today = new(2026, 11, 28);

    private readonly IGenerationLedger _ledger = Substitute.For<IGenerationLedger>();

    private ReportUsageHandler Handler => new(_ledger, new FakeTimeProvider(new DateTimeOffset(2026, 11, 28, 23, 59, 0, TimeSpan.Zero)));

    [Test]
    public async Task HandleAsync_WhenNoDaysAreNamed_SumsThirtyDaysToToday()
    {
        DailyUsage[] days = [new(s_today, "owner/model", 3, 4, 0.16m)];
        _ledger.SumUsageAsync(s_today.AddDays(-29), s_today, Arg.Any<CancellationToken>()).Returns(days);

        var report = (await Handler.HandleAsync(null, null, default)).Value!;

        Assert.That((report.From, report.To), Is.EqualTo((s_today.AddDays(-29), s_today)));
        Assert.That(report.Days, Is.EqualTo(days));
    }

    [Test]
    public async Task HandleAsync_WhenOnlyTheLastDayIsNamed_BeginsThirtyDaysBefore()
    {
        var last = new DateOnly(2026, 3, 1);

        var report = (await Handler.HandleAsync(null, last, default)).Value!;

        Assert.That((report.From, report.To), Is.EqualTo((new DateOnly(2026, 1, 31), last)));
    }

    [TestCase(0, true)]
    [TestCase(-365, true)]
    [TestCase(-366, false)]
    [TestCase(1, false)]
    public async Task HandleAsync_WhenDaysAreNamed_AcceptsOneTo366(int offset, bool isAccepted)
    {
        var result = await Handler.HandleAsync(s_today.AddDays(offset), s_today, default);

        Assert.That(result.Error?.Kind, Is.EqualTo(isAccepted ? (ErrorKind?)null : ErrorKind.ValidationError));
        Assert.That(result.Error?.Field, Is.EqualTo(isAccepted ? null : "from"));
    }
}
