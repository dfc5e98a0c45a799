using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>The work on one slot: its state, what of it is recorded, and the image on its way to the catalog.</summary>
internal sealed class SlotRun(
    Generation generation, GenerationSlot slot, SlotJournal journal, ImageKeeper keeper, GenerationSettings settings, TimeProvider clock)
    : ISlotProgress, IDisposable
{
    private readonly Lock _lock = new();

    // Differs from the slot while a record is being written, and while the disk takes no row: the next record has all of it.
    private GenerationSlot _recorded = slot;
    private Task _recording = Task.CompletedTask;
    private bool _isRecording;
    private bool _isLost;
    private bool _needsFlush;

    // A record of "submitting" failed, perhaps after its commit. Nothing was sent then.
    private bool _mayBeSubmitting;
    private bool _isExpected;

    // What became of the paid request, while the catalog takes no row: nothing else is done until it is recorded.
    private Func<Task>? _owed;
    private AcceptedImage? _received;
    private CharacterReference? _published;

    // What another node may have stored is looked for once, when a run begins in the middle of the work, and when the store has other bytes under the id.
    private bool _maybeStored = slot.State is GenerationSlotState.Storing;

    public Generation Generation => generation;

    public GenerationSlot Slot { get; private set; } = slot;

    /// <summary>Whether another node has the generation now, so that nothing more of this work is recorded.</summary>
    public bool IsTakenOver { get; private set; }

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
        RateLimitWait = Slot.RateLimitWait,
    };

    public async Task<bool> SubmittingAsync()
    {
        if (!keeper.HasRoom(settings.MinFreeBytes))
        {
            throw new LocalStorageException(
                $"The disk has less than {settings.MinFreeBytes} bytes free besides the room for images on their way; nothing more is paid for until it has.");
        }

        // The wait for the rate limit may be being recorded; when somebody else changed the slot first, nothing is sent.
        await EndRecordingAsync();
        if (_isLost)
        {
            await ReloadAsync();
            return false;
        }

        // Without predictions there is nothing to recover, so it may come here again from a later state.
        if (Slot.State is not GenerationSlotState.Queued)
        {
            return Slot.IsOpen && Slot.PredictionId is null && !IsTakenOver && journal.MayPay;
        }

        if (!await TrySubmitAsync())
        {
            return false;
        }

        if (!journal.MayPay)
        {
            // The process was held up after the record. Others look for a request that was never sent, unless they read that it was not.
            await RejectedAsync();
            throw new LocalStorageException("This node did not renew its lease in time; no image is paid for until it has.");
        }

        return true;
    }

    public void Waited(TimeSpan rateLimitWait, bool isOver)
    {
        // A rejected request may have been canceled, or taken over by another node, since it was sent.
        if (Slot.State is not GenerationSlotState.Queued)
        {
            return;
        }

        if (!isOver)
        {
            RecordSoon(Slot.Wait(rateLimitWait), needsFlush: false);
            return;
        }

        lock (_lock)
        {
            Slot = Slot.Wait(rateLimitWait);
        }
    }

    public Task RejectedAsync() => RecordOwedAsync(async () =>
    {
        if (!await TryMoveAsync(Slot.Requeue()))
        {
            await ReloadAsync();
        }
    });

    /// <summary>Records what became of the paid request, if the catalog did not take it before.</summary>
    /// <returns>Whether there was something to record.</returns>
    public async Task<bool> TryRecordOwedAsync()
    {
        if (_owed is null)
        {
            return false;
        }

        await RecordOwedAsync(_owed);
        return true;
    }

    public void Started(string predictionId, bool isEnding = false)
    {
        RecordSoon(Slot.Start(predictionId), needsFlush: !isEnding);
    }

    public void Storing(int extraOutputs = 0)
    {
        if (Slot.State is not GenerationSlotState.Storing)
        {
            RecordSoon(Slot.Store(extraOutputs), needsFlush: false);
        }
    }

    public async Task<Error?> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        if (!(await keeper.ReceiveAsync(content, cancellationToken)).TryGet(out var image, out var unusable))
        {
            return unusable;
        }

        _received = image;

        // Only now that there is another one, and not again: a later attempt to publish may find its own file.
        keeper.DeleteUnusable(Slot);
        return null;
    }

    /// <summary>
    /// Publishes what was received and completes the slot; after a failure of the disk or the store it continues from where it was. When the store has other
    /// bytes under the id, they are to be found first.
    /// </summary>
    public async Task CompleteAsync()
    {
        // What is published is the slot's for good, so its prediction must be recorded first.
        var predictionId = Slot.PredictionId;
        await SettleAsync();
        if (_recorded.PredictionId != Slot.PredictionId && !await TryMoveAsync(Slot))
        {
            await ReloadAsync();
        }

        if (!Slot.IsOpen)
        {
            return;
        }

        if (Slot.PredictionId != predictionId)
        {
            // A slot with the same inputs, which had lost its response, found this prediction first and has its image. There is another one for this slot.
            _received?.Dispose();
            _received = null;
            return;
        }

        if (_published is null)
        {
            _published = keeper.Publish(generation, Slot, _received!);
            _received?.Dispose();
            _received = null;
            CountExpected();
        }

        _published = await keeper.AdmitAsync(_published);
        if (_published is null)
        {
            _maybeStored = true;
            return;
        }

        var done = Slot.Succeed(clock.GetUtcNow());
        if (await keeper.CompleteAsync(generation, done, _published))
        {
            Slot = _recorded = done;
        }
        else
        {
            await ReloadAsync();
        }
    }

    /// <summary>Completes the slot with a file that an earlier process published, or an object that it stored, without its row.</summary>
    public async Task<bool> TryFinishFromFileAsync(CancellationToken cancellationToken)
    {
        if (IsReceived || Slot.State is GenerationSlotState.Queued)
        {
            return false;
        }

        _published = await keeper.FindFileAsync(generation, Slot, cancellationToken);
        if (_published is null && _maybeStored)
        {
            _published = await keeper.FindObjectAsync(generation, Slot, cancellationToken);
            _maybeStored = false;
        }

        if (_published is null)
        {
            return false;
        }

        await CompleteAsync();
        return !Slot.IsOpen;
    }

    public Task FailAsync(Error error)
    {
        FailNext(error);
        return TryRecordOwedAsync();
    }

    /// <summary>As <see cref="FailAsync"/>, by the next <see cref="TryRecordOwedAsync"/>.</summary>
    public void FailNext(Error error) => _owed = EndBy(open => open.Fail(error.Kind.ToString(), error.Detail, error.IsPaid, clock.GetUtcNow()));

    public Task FailLostAsync() => RecordOwedAsync(EndBy(open => open.Fail(
        SlotFailure.SubmissionLost,
        "The response to the paid request was lost, and the provider does not list its prediction. It may have been charged; it is not sent again by itself.",
        isPaidLoss: true,
        clock.GetUtcNow())));

    public Task CancelAsync(DateTimeOffset now) => RecordOwedAsync(EndBy(open => open.Cancel(now)));

    /// <summary>Waits until what is known is recorded, or the disk took no row. Reads what somebody else recorded first.</summary>
    public async Task SettleAsync()
    {
        await EndRecordingAsync();
        if (_isLost)
        {
            await ReloadAsync();
        }
    }

    /// <summary>Reads what somebody else recorded, such as a cancel, and continues from there.</summary>
    public async Task ReloadAsync()
    {
        // What was read before a record of this run is written would undo that record.
        await EndRecordingAsync();
        _isLost = false;
        var recorded = await journal.ReadAsync(generation.Id);
        IsTakenOver = recorded.Claim != generation.Claim;
        journal.Show(recorded); // its record may have failed after the commit, before it was shown
        Slot = _recorded = recorded.Slots.Single(candidate => candidate.Index == Slot.Index);
    }

    /// <summary>Keeps room on the disk for the image while it is paid for and not there.</summary>
    public void CountExpected() => SetExpected(Slot.IsOpen && Slot.MayBePaid && _published is null);

    public void Dispose()
    {
        _received?.Dispose();
        SetExpected(false);
    }

    private void SetExpected(bool isExpected)
    {
        if (isExpected && !_isExpected)
        {
            keeper.Expect();
        }
        else if (!isExpected && _isExpected)
        {
            keeper.ExpectNoMore();
        }

        _isExpected = isExpected;
    }

    private async Task EndRecordingAsync()
    {
        var recording = _recording;
        _recording = Task.CompletedTask;
        await recording;
    }

    /// <summary>Whether the catalog says "submitting" only because the confirmation of that record was lost.</summary>
    private bool IsUnsent => _mayBeSubmitting && !IsTakenOver && Slot is { State: GenerationSlotState.Submitting, PredictionId: null };

    /// <summary>
    /// Records that the paid request is sent next. After a lost confirmation that record is taken back first, since its time is wrong by now.
    /// </summary>
    private async Task<bool> TrySubmitAsync()
    {
        try
        {
            if (await TryMoveAsync(Slot.Submit(clock.GetUtcNow())))
            {
                _mayBeSubmitting = false;
                return true;
            }
        }
        catch (LocalStorageException)
        {
            _mayBeSubmitting = true;
            throw;
        }

        if (!_mayBeSubmitting)
        {
            return false;
        }

        await ReloadAsync();
        if (IsUnsent)
        {
            await RejectedAsync();
        }

        _mayBeSubmitting = false;
        return false;
    }

    private async Task<bool> TryMoveAsync(GenerationSlot to)
    {
        var isMine = await journal.TryRecordAsync(generation, _recorded, to);
        if (isMine)
        {
            Slot = _recorded = to;
            CountExpected();
        }

        return isMine;
    }

    /// <summary>
    /// Ends the slot, unless a slot with the same inputs found its prediction first: the end is that of the other's prediction, and this slot has to look for
    /// its own.
    /// </summary>
    private Func<Task> EndBy(Func<GenerationSlot, GenerationSlot> end)
    {
        var predictionId = Slot.PredictionId;
        return async () =>
        {
            await SettleAsync();
            if (!Slot.IsOpen || Slot.PredictionId != predictionId || await TryMoveAsync(end(Slot)))
            {
                return;
            }

            await ReloadAsync();
            if (IsUnsent)
            {
                await TryMoveAsync(end(Slot));
            }
        };
    }

    private async Task RecordOwedAsync(Func<Task> record)
    {
        _owed = record;
        await record();
        _owed = null;
    }

    /// <summary>Starts to record what is known of paid work. The next step does not depend on it, and states that follow at once share the record.</summary>
    private void RecordSoon(GenerationSlot to, bool needsFlush)
    {
        lock (_lock)
        {
            (Slot, _needsFlush) = (to, needsFlush);
            if (!_isRecording)
            {
                _isRecording = true;
                _recording = RecordAsync();
            }
        }
    }

    private async Task RecordAsync()
    {
        // The caller holds the lock and continues.
        await Task.Yield();
        try
        {
            while (!_isLost && TryTakeNext(out var next))
            {
                _isLost = !(_needsFlush
                    ? await journal.TryRecordAsync(generation, _recorded, next)
                    : await journal.TryRecordLatestAsync(generation, _recorded, () => next = Latest()));
                _recorded = next;
            }
        }
        catch (LocalStorageException)
        {
            // The work continues: its end writes the row again.
            StopRecording();
        }
        catch
        {
            StopRecording();
            throw;
        }
    }

    private bool TryTakeNext(out GenerationSlot next)
    {
        lock (_lock)
        {
            next = Slot;
            return _isRecording = !ReferenceEquals(next, _recorded);
        }
    }

    private GenerationSlot Latest()
    {
        lock (_lock)
        {
            return Slot;
        }
    }

    private void StopRecording()
    {
        lock (_lock)
        {
            _isRecording = false;
        }
    }
}
