using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Builds the inputs of a paid request from the record of its image and sends it.</summary>
internal sealed class PredictionSubmitter(ModelCardCache cards, ReferenceUrls references, PredictionCreator creator)
{
    /// <summary>The created prediction, or how the work ended without one.</summary>
    public async Task<(Prediction? Created, SlotOutcome? End)> SubmitAsync(
        SlotTask task, ISlotProgress progress, CancellationToken cancel, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stop);
        try
        {
            if (!(await cards.GetAsync(task.Model, either.Token)).TryGet(out var card, out var unusable))
            {
                return (null, SlotOutcome.Failure(unusable));
            }

            if (!(await references.PrepareAsync(task, either.Token)).TryGet(out var urls, out unusable))
            {
                return (null, SlotOutcome.Failure(unusable));
            }

            return await creator.CreateAsync(card, RecordedInputs.Build(task.Parameters, task.Seed, urls), task, progress, cancel, stop);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return (null, new SlotOutcome(cancel.IsCancellationRequested ? SlotEnd.Canceled : SlotEnd.NotSent));
        }
    }
}
