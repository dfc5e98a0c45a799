using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Generations;

[Category("Unit")]
internal sealed class GenerationSlotTests
{
    private static readonly Dictionary<string, Action<GenerationSlot>> s_moves = new()
    {
        ["Submit"] = slot => slot.Submit(),
        ["Start"] = slot => slot.Start("prediction"),
        ["Succeed"] = slot => slot.Succeed(),
        ["Fail"] = slot => slot.Fail("UpstreamFailed", "It failed."),
    };

    private static readonly Dictionary<(GenerationSlotState, string), GenerationSlotState> s_legal = new()
    {
        [(GenerationSlotState.Pending, "Submit")] = GenerationSlotState.Submitting,
        [(GenerationSlotState.Submitting, "Start")] = GenerationSlotState.Running,
        [(GenerationSlotState.Pending, "Succeed")] = GenerationSlotState.Succeeded,
        [(GenerationSlotState.Submitting, "Succeed")] = GenerationSlotState.Succeeded,
        [(GenerationSlotState.Running, "Succeed")] = GenerationSlotState.Succeeded,
        [(GenerationSlotState.Pending, "Fail")] = GenerationSlotState.Failed,
        [(GenerationSlotState.Submitting, "Fail")] = GenerationSlotState.Failed,
        [(GenerationSlotState.Running, "Fail")] = GenerationSlotState.Failed,
    };

    [Test]
    public void Move_WhenInAnyState_GoesForwardOnly(
        [Values] GenerationSlotState from, [Values("Submit", "Start", "Succeed", "Fail")] string move)
    {
        var slot = AGeneration.Slot(state: from);

        if (s_legal.TryGetValue((from, move), out var to))
        {
            s_moves[move](slot);
            Assert.That(slot.State, Is.EqualTo(to));
        }
        else
        {
            Assert.That(() => s_moves[move](slot), Throws.InvalidOperationException.With.Message.Contains($"Slot {slot.Index} is {from}"));
            Assert.That(slot.State, Is.EqualTo(from));
            Assert.That((slot.PredictionId, slot.Error, slot.ErrorDetail), Is.EqualTo((default(string), default(string), default(string))));
        }
    }

    [Test]
    public void Start_WhenSubmitted_KeepsThePredictionId()
    {
        var slot = AGeneration.Slot(state: GenerationSlotState.Submitting);

        slot.Start("abc123");

        Assert.That(slot.PredictionId, Is.EqualTo("abc123"));
    }

    [Test]
    public void Fail_WhenOpen_KeepsCodeAndWords()
    {
        var slot = AGeneration.Slot();

        slot.Fail("GenerationRejected", "Too violent.");

        Assert.That((slot.Error, slot.ErrorDetail), Is.EqualTo(("GenerationRejected", "Too violent.")));
    }

    [Test]
    public void Restore_WhenStored_GivesEveryMemberBack()
    {
        var id = AReference.NewId();

        var slot = GenerationSlot.Restore(3, id, 42, GenerationSlotState.Failed, "abc", "Canceled", "Gone.");

        Assert.That((slot.Index, slot.ImageId, slot.Seed), Is.EqualTo((3, id, 42)));
        Assert.That(
            (slot.State, slot.PredictionId, slot.Error, slot.ErrorDetail),
            Is.EqualTo((GenerationSlotState.Failed, "abc", "Canceled", "Gone.")));
    }
}
