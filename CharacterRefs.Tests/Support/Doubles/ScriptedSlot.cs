using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>The work on one image, step by step.</summary>
internal sealed record ScriptedSlot(int Index, SlotTask Task, ISlotProgress Progress, CancellationToken Cancel, CancellationToken Stop)
{
    /// <summary>Submits, unless the prediction runs already.</summary>
    public async Task<SlotOutcome?> StartAsync()
    {
        if (Task.PredictionId is not null)
        {
            return null;
        }

        if (!await Progress.SubmittingAsync())
        {
            return new SlotOutcome(SlotEnd.NotSent);
        }

        Progress.Started($"prediction-{Index}");
        return null;
    }

    public async Task<SlotOutcome> DeliverAsync(int extraOutputs = 0)
    {
        if (await StartAsync() is { } end)
        {
            return end;
        }

        Progress.Storing(extraOutputs);
        var error = await Progress.ReceiveAsync(new MemoryStream([(byte)Index]), Stop);
        return error is null ? new SlotOutcome(SlotEnd.Received) : SlotOutcome.Failure(error);
    }

    public async Task<SlotOutcome> FailAsync(ErrorKind kind, string detail = "No.") =>
        await StartAsync() ?? SlotOutcome.Failure(new Error(kind, detail));

    /// <summary>Runs until it is canceled or the service stops.</summary>
    public async Task<SlotOutcome> RunForeverAsync()
    {
        if (await StartAsync() is { } end)
        {
            return end;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(Cancel, Stop);
        try
        {
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, either.Token);
        }
        catch (OperationCanceledException)
        {
        }

        return new SlotOutcome(Cancel.IsCancellationRequested ? SlotEnd.Canceled : SlotEnd.Interrupted);
    }
}
