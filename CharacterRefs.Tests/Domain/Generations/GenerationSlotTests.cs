using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Generations;

[Category("Unit")]
internal sealed class GenerationSlotTests
{
    private static readonly DateTimeOffset s_now = AReference.Time.AddMinutes(1);

    private static readonly Dictionary<string, Func<GenerationSlot, GenerationSlot>> s_moves = new()
    {
        ["Wait"] = slot => slot.Wait(TimeSpan.FromSeconds(2)),
        ["Submit"] = slot => slot.Submit(s_now),
        ["Requeue"] = slot => slot.Requeue(),
        ["Start"] = slot => slot.Start("prediction"),
        ["Store"] = slot => slot.Store(),
        ["Succeed"] = slot => slot.Succeed(s_now),
        ["Fail"] = slot => slot.Fail("UpstreamFailed", "It failed.", isPaidLoss: true, s_now),
        ["Cancel"] = slot => slot.Cancel(s_now),
    };

    private static readonly Dictionary<(GenerationSlotState, string), GenerationSlotState> s_legal = new()
    {
        [(GenerationSlotState.Queued, "Wait")] = GenerationSlotState.Queued,
        [(GenerationSlotState.Queued, "Submit")] = GenerationSlotState.Submitting,
        [(GenerationSlotState.Submitting, "Requeue")] = GenerationSlotState.Queued,
        [(GenerationSlotState.Submitting, "Start")] = GenerationSlotState.Running,
        [(GenerationSlotState.Submitting, "Store")] = GenerationSlotState.Storing,
        [(GenerationSlotState.Running, "Store")] = GenerationSlotState.Storing,
    };

    [Test]
    public void Move_WhenInAnyState_IsLegalOrThrows(
        [Values] GenerationSlotState from, [Values("Wait", "Submit", "Requeue", "Start", "Store", "Succeed", "Fail", "Cancel")] string move)
    {
        var slot = AGeneration.Slot(state: from);
        var ends = move switch
        {
            "Succeed" => GenerationSlotState.Succeeded,
            "Fail" => GenerationSlotState.Failed,
            "Cancel" => GenerationSlotState.Canceled,
            _ => (GenerationSlotState?)null,
        };

        if (s_legal.TryGetValue((from, move), out var to))
        {
            Assert.That(s_moves[move](slot).State, Is.EqualTo(to));
        }
        else if (ends is not null && slot.IsOpen)
        {
            var ended = s_moves[move](slot);
            Assert.That((ended.State, ended.CompletedAt, ended.IsOpen), Is.EqualTo((ends.Value, (DateTimeOffset?)s_now, false)));
        }
        else
        {
            Assert.That(() => s_moves[move](slot), Throws.InvalidOperationException.With.Message.Contains($"Slot {slot.Index} is {from}"));
        }
    }

    [Test]
    public void Move_WhenItCarriesSomething_KeepsIt()
    {
        var running = AGeneration.Slot().Wait(TimeSpan.FromSeconds(3)).Submit(s_now).Start("abc123");
        var failed = running.Fail("GenerationRejected", "Too violent.", isPaidLoss: false, s_now.AddMinutes(1));

        Assert.That((running.PredictionId, running.StartedAt, running.RateLimitWait), Is.EqualTo(("abc123", (DateTimeOffset?)s_now, TimeSpan.FromSeconds(3))));
        Assert.That(
            (failed.Error, failed.ErrorDetail, failed.IsPaidLoss, failed.PredictionId), Is.EqualTo(("GenerationRejected", "Too violent.", false, "abc123")));
        Assert.That(AGeneration.Slot().Submit(s_now).Requeue().StartedAt, Is.Null);
        Assert.That(AGeneration.Slot().Wait(TimeSpan.FromSeconds(3)).Submit(s_now).Requeue().RateLimitWait, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void Cancel_WhenItsPredictionRan_SaysThatItMayBePaid()
    {
        var submitted = AGeneration.Slot().Submit(s_now);

        Assert.That(AGeneration.Slot().Cancel(s_now).IsPaidLoss, Is.False);
        Assert.That(submitted.Start("abc123").Cancel(s_now).IsPaidLoss, Is.True);
    }

    [TestCase(GenerationSlotState.Queued, null, false, false)]
    [TestCase(GenerationSlotState.Submitting, null, false, true)]
    [TestCase(GenerationSlotState.Failed, null, false, false)]
    [TestCase(GenerationSlotState.Failed, null, true, true)]
    [TestCase(GenerationSlotState.Failed, "abc", false, true)]
    [TestCase(GenerationSlotState.Canceled, null, false, false)]
    [TestCase(GenerationSlotState.Succeeded, null, false, true)]
    public void MayBePaid_WhenInState_ErrsOnTheSideOfPaid(GenerationSlotState state, string? predictionId, bool isPaidLoss, bool mayBePaid) =>
        Assert.That((AGeneration.Slot(state: state) with { PredictionId = predictionId, IsPaidLoss = isPaidLoss }).MayBePaid, Is.EqualTo(mayBePaid));
}
