using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Application.References.Adoption;

[Category("Unit")]
internal sealed class RecentAbsencesTests
{
    private readonly FakeTimeProvider _clock = new(AReference.Time);

    [Test]
    public void Contains_WhenTimePasses_ForgetsAfterTheLifetime()
    {
        var absences = new RecentAbsences(_clock);
        var (id, other) = (AReference.NewId(), AReference.NewId());

        absences.Add(id);

        Assert.That(absences.Contains(id), Is.True);
        Assert.That(absences.Contains(other), Is.False);
        _clock.Advance(RecentAbsences.Lifetime - TimeSpan.FromTicks(1));
        Assert.That(absences.Contains(id), Is.True);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.That(absences.Contains(id), Is.False);
    }

    [Test]
    public void Add_WhenTheSameIdIsShownAbsentAgain_CountsFromThen()
    {
        var absences = new RecentAbsences(_clock);
        var id = AReference.NewId();
        absences.Add(id);
        _clock.Advance(RecentAbsences.Lifetime / 2);
        absences.Add(id);
        _clock.Advance(RecentAbsences.Lifetime / 2);
        absences.Add(AReference.NewId());

        Assert.That(absences.Contains(id), Is.True);
    }

    [Test]
    public void Add_WhenItIsFull_ForgetsTheOldestAndNothingElse()
    {
        var absences = new RecentAbsences(_clock);
        var ids = Enumerable.Range(0, RecentAbsences.Capacity + 100).Select(_ => AReference.NewId()).ToList();

        ids.ForEach(absences.Add);

        Assert.That(ids.Select(absences.Contains), Is.EqualTo(Enumerable.Range(0, ids.Count).Select(i => i >= 100)));
    }
}
