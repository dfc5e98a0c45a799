using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>The work on one slot: its state, what of it is recorded, and the image on its way to the catalog.</summary>
internal sealed class SlotRun(
    Generation generation, GenerationSlot slot, SlotJournal journal, ImageKeeper keeper, GenerationSettings settings, TimeProvider clock)
    : ISlotProgress, IDisposable
{
    // Differs from the slot while the disk takes no row: the next record has all of it.
    private GenerationSlot _recorded = slot;
    private AcceptedImage? _received;
    private CharacterReference? _published;

    public Generation Generation => generation;

    public GenerationSlot Slot { get; private set; } = slot;

    /// <summary>Whether the bytes are here and only the record is missing.</summary>
    public bool IsReceived => _received is not null || _published is not null;

    public SlotTask ToTask(IReadOnlyList<ReferenceImage> references) => new()
    {
        ImageId = Slot.ImageId,
        Model = generation.Model,
        Description = generation.Description,
        Parameters = generation.ParametersUsed,
        Seed = Slot.Seed,
        References = references,
        PredictionId = Slot.PredictionId,
        StartedAt = Slot.StartedAt,
    };

    public async Task<bool> SubmittingAsync()
    {
        if (!keeper.HasRoom(settings.MinFreeBytes))
        {
            throw new LocalStorageException($"Less than {settings.MinFreeBytes} bytes are free; no image is paid for until there are.");
        }

        // Without predictions there is nothing to recover, so it may come here again from a later state.
        return Slot.State is not GenerationSlotState.Queued || await TryMoveAsync(Slot.Submit(clock.GetUtcNow()));
    }

    public async Task RefusedAsync() => await TryMoveAsync(Slot.Requeue());

    public Task StartedAsync(string predictionId, TimeSpan rateLimitWait) => MoveAsync(Slot.Start(predictionId, rateLimitWait));

    public Task StoringAsync() => Slot.State is GenerationSlotState.Storing ? Task.CompletedTask : MoveAsync(Slot.Store());

    public async Task<Error?> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        if (!(await keeper.ReceiveAsync(content, cancellationToken)).TryGet(out var image, out var unusable))
        {
            return unusable;
        }

        _received = image;
        return null;
    }

    /// <summary>Publishes what was received and completes the slot; after a failure of the disk it goes on from where it was.</summary>
    public async Task CompleteAsync(string? note)
    {
        if (_published is null)
        {
            _published = keeper.Publish(generation, Slot, _received!);
            _received?.Dispose();
            _received = null;
        }

        var done = Slot.Succeed(clock.GetUtcNow(), note);
        await keeper.CompleteAsync(generation.Id, done, _published);
        Slot = _recorded = done;
    }

    /// <summary>Completes the slot with a file that an earlier process published without its row.</summary>
    public async Task<bool> TryFinishFromFileAsync(CancellationToken cancellationToken)
    {
        if (IsReceived || Slot.State is GenerationSlotState.Queued
            || (_published = await keeper.FindPublishedAsync(generation, Slot, cancellationToken)) is null)
        {
            return false;
        }

        await CompleteAsync(note: null);
        return true;
    }

    public Task FailAsync(Error error) => MoveAsync(Slot.Fail(error.Kind.ToString(), error.Detail, error.IsPaid, clock.GetUtcNow()));

    public Task FailLostAsync() => MoveAsync(Slot.Fail(
        SlotFailure.SubmissionLost,
        "The response to the paid request was lost, and the provider does not list its prediction. It may have been charged; it is not sent again by itself.",
        isPaidLoss: true,
        clock.GetUtcNow()));

    public Task CancelAsync(DateTimeOffset now) => MoveAsync(Slot.Cancel(now));

    /// <summary>Takes over what somebody else recorded, such as a cancel.</summary>
    public async Task ReloadAsync() => Slot = _recorded = await journal.ReadAsync(generation.Id, Slot.Index);

    public void Dispose() => _received?.Dispose();

    private async Task<bool> TryMoveAsync(GenerationSlot to)
    {
        var isMine = await journal.TryRecordAsync(generation.Id, _recorded, to);
        if (isMine)
        {
            Slot = _recorded = to;
        }

        return isMine;
    }

    /// <summary>What is known of paid work is kept even while the disk takes no row.</summary>
    private async Task MoveAsync(GenerationSlot to)
    {
        var isOpen = to.IsOpen;
        Slot = isOpen ? to : Slot;
        try
        {
            if (!await TryMoveAsync(to))
            {
                await ReloadAsync();
            }
        }
        catch (LocalStorageException) when (isOpen)
        {
            // The work goes on: its end writes the row again.
        }
    }
}
