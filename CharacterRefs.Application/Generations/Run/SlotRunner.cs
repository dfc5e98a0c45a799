using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Takes one slot from any open state to its end, and waits where only time helps: for disk space, for the store, and for a response that was lost.
/// </summary>
public sealed partial class SlotRunner(
    IImageGenerator generator,
    GenerationReferences images,
    SlotJournal journal,
    ImageKeeper keeper,
    GenerationSettings settings,
    TimeProvider clock,
    ILogger<SlotRunner> logger)
{
    private const int LooksBeforeLost = 2;
    private const int MostFaults = 3;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(5);

    // Of any provider: a prediction may run for a day, and its output is there for an hour.
    private static readonly TimeSpan s_longestOutputLife = TimeSpan.FromHours(25);

    private readonly TimeSpan _lookPause = settings.SearchTime / 4;

    /// <summary>Runs until the slot is final, the service stops, or another node has the generation.</summary>
    /// <param name="slot">As it is recorded.</param>
    /// <param name="cancel">The generation is canceled.</param>
    /// <param name="stop">The service stops.</param>
    /// <returns>Whether the generation is still this node's.</returns>
    public async Task<bool> RunAsync(Generation generation, GenerationSlot slot, CancellationToken cancel, CancellationToken stop)
    {
        using var span = ServiceTelemetry.StartSpan("generation slot");
        span?.SetTag("characterrefs.generation.slot", slot.Index).SetTag("characterrefs.image.id", slot.ImageId.ToString());
        using var run = new SlotRun(generation, slot, journal, keeper, settings, clock);
        var (looks, faults) = (0, 0);
        while (run.Slot.IsOpen && !run.IsTakenOver && !stop.IsCancellationRequested)
        {
            try
            {
                run.CountExpected();
                if (await run.TryRecordOwedAsync())
                {
                    continue;
                }

                if (await run.TryFinishFromFileAsync(stop))
                {
                    break;
                }

                if (!generator.Serves(generation.Model) && !run.IsReceived)
                {
                    await LeaveToItsGeneratorAsync(run, cancel, stop);
                }
                else if (run.Slot.State is GenerationSlotState.Submitting && generator.IsMetered)
                {
                    looks = await LookAsync(run, looks, stop) ? 0 : looks + 1;
                }
                else if (await WorkAsync(run, cancel, stop))
                {
                    continue;
                }
                else
                {
                    await PauseAsync(s_retryPause, stop);
                }
            }
            catch (LocalStorageException exception)
            {
                LogNotStored(logger, generation.Id, slot.Index, exception.Message);
                await PauseAsync(s_retryPause, stop);
            }
            catch (AssetStoreUnavailableException exception) when (run.IsReceived)
            {
                LogNotInStore(logger, generation.Id, slot.Index, exception.Message);
                await PauseAsync(s_retryPause, stop);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // A fault of one image must not cost the others, and one that repeats must not keep its client waiting for ever.
                LogFault(logger, generation.Id, slot.Index, exception);
                if (++faults >= MostFaults)
                {
                    run.FailNext(new Error(ErrorKind.InternalError, "The service failed unexpectedly; the log contains the cause.")
                    {
                        IsPaid = run.Slot.MayBePaid,
                    });
                }

                await PauseAsync(faults == MostFaults ? TimeSpan.Zero : s_retryPause, stop);
            }
        }

        await run.SettleAsync();
        span.End(GenerationMeter.OutcomeOf(run.Slot), run.Slot.Error);
        if (!run.IsTakenOver)
        {
            Log(generation.Id, run.Slot);
        }

        return !run.IsTakenOver;
    }

    /// <returns><c>false</c> when only time helps.</returns>
    private async Task<bool> WorkAsync(SlotRun run, CancellationToken cancel, CancellationToken stop)
    {
        if (run.IsReceived)
        {
            await run.CompleteAsync();
            return !run.Slot.IsOpen;
        }

        if (run.Slot.State is GenerationSlotState.Queued && cancel.IsCancellationRequested)
        {
            // A place may be handed over in the moment of the cancel, and a rejected request may have been queued again after it.
            await run.CancelAsync(clock.GetUtcNow());
            return true;
        }

        // Only the paid request needs them: one that was deleted, or cannot be read now, must not cost an image that is paid for.
        var ids = run.Slot.PredictionId is null ? run.Generation.ReferenceImageIds : [];
        if (!(await images.FindAsync(ids, stop)).TryGet(out var references, out var missing))
        {
            await run.FailAsync(missing);
            return true;
        }

        var outcome = await generator.GenerateAsync(run.ToTask(references), run, cancel, stop);
        switch (outcome.End)
        {
            case SlotEnd.Received:
                await run.CompleteAsync();
                return !run.Slot.IsOpen;
            case SlotEnd.Failed:
                await run.FailAsync(outcome.Error!);
                return true;
            case SlotEnd.Canceled:
                await run.CancelAsync(clock.GetUtcNow());
                return true;
            case SlotEnd.SubmissionUnknown:
                LogUnknown(logger, run.Generation.Id, run.Slot.Index, outcome.Error!.Detail);
                return true;
            default:
                await run.ReloadAsync();
                return !run.Slot.IsOpen || run.IsTakenOver || stop.IsCancellationRequested;
        }
    }

    /// <summary>
    /// The service was started for another generator than the one that the slot was paid at. Only that one can fetch the image, so the slot waits for it.
    /// </summary>
    private async Task LeaveToItsGeneratorAsync(SlotRun run, CancellationToken cancel, CancellationToken stop)
    {
        if (cancel.IsCancellationRequested)
        {
            await run.CancelAsync(clock.GetUtcNow());
        }
        else if (!run.Slot.MayBePaid || run.Generation.Model == ModelPrices.Placeholder)
        {
            await run.FailAsync(new Error(
                ErrorKind.ConfigurationError, $"The service was started for another image generator, which has no model {run.Generation.Model}."));
        }
        else if (clock.GetUtcNow() - run.Slot.StartedAt > s_longestOutputLife)
        {
            await run.FailAsync(new Error(
                ErrorKind.UpstreamTimedOut, "The service was started for another image generator, and the output of the paid request is gone by now.")
            { IsPaid = true });
        }
        else
        {
            LogOtherGenerator(logger, run.Generation.Id, run.Slot.Index, run.Generation.Model);
            await PauseAsync(_lookPause, stop);
        }
    }

    /// <returns>Whether the paid request was found.</returns>
    private async Task<bool> LookAsync(SlotRun run, int looks, CancellationToken stop)
    {
        var startedAt = run.Slot.StartedAt ?? clock.GetUtcNow();
        if (looks > 0)
        {
            await PauseAsync(_lookPause, stop);
        }

        // The node that sent it may have got its response since this one took over.
        await run.ReloadAsync();
        if (run.Slot.State is not GenerationSlotState.Submitting || run.IsTakenOver)
        {
            return true;
        }

        var search = await generator.FindSubmissionAsync(run.ToTask([]), id => journal.IsClaimedAsync(id, stop), stop);
        if (!search.TryGet(out var found, out var error))
        {
            LogNotLooked(logger, run.Generation.Id, run.Slot.Index, error.Detail);
            await PauseAsync(_lookPause, stop);
            return true; // not a look
        }

        if (found.Length > 0)
        {
            LogFound(logger, run.Generation.Id, run.Slot.Index, found);
            run.Started(found);

            // Another slot with the same inputs may have found it too: the one that records it has it, and the others look again.
            await run.SettleAsync();
            return true;
        }

        if (looks + 1 >= LooksBeforeLost && clock.GetUtcNow() - startedAt >= settings.SearchTime)
        {
            await run.FailLostAsync();
        }

        return false;
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        Task.Delay(pause, clock, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Log(GenerationId id, GenerationSlot slot)
    {
        if (slot.State is GenerationSlotState.Succeeded)
        {
            LogSucceeded(logger, id, slot.Index, slot.ImageId, (slot.CompletedAt - slot.StartedAt)?.TotalSeconds ?? 0, slot.RateLimitWait.TotalSeconds);
        }
        else if (!slot.IsOpen)
        {
            LogEnded(logger, id, slot.Index, slot.RateLimitWait.TotalSeconds, slot.State, slot.Error, slot.ErrorDetail);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Generation {GenerationId} slot {Index}, which waited {WaitSeconds:0.0} s for the rate limit, ended as {State}: {Error}: {Detail}")]
    private static partial void LogEnded(
        ILogger logger, GenerationId generationId, int index, double waitSeconds, GenerationSlotState state, string? error, string? detail);

    [LoggerMessage(2, LogLevel.Error, "Generation {GenerationId} slot {Index} waits for the local disk or the catalog: {Cause}")]
    private static partial void LogNotStored(ILogger logger, GenerationId generationId, int index, string cause);

    [LoggerMessage(9, LogLevel.Warning, "Generation {GenerationId} slot {Index} waits for the object store; its image is on local disk: {Cause}")]
    private static partial void LogNotInStore(ILogger logger, GenerationId generationId, int index, string cause);

    [LoggerMessage(19, LogLevel.Error,
        "Generation {GenerationId} slot {Index} is paid for and waits: this service was started for another image generator, without {Model}")]
    private static partial void LogOtherGenerator(ILogger logger, GenerationId generationId, int index, string model);

    [LoggerMessage(3, LogLevel.Information,
        "Generated {ImageId} as generation {GenerationId} slot {Index} in {Seconds:0.0} s, of which it waited {WaitSeconds:0.0} s for the rate limit")]
    private static partial void LogSucceeded(
        ILogger logger, GenerationId generationId, int index, CharacterReferenceId imageId, double seconds, double waitSeconds);

    [LoggerMessage(8, LogLevel.Error, "Generation {GenerationId} slot {Index} failed unexpectedly")]
    private static partial void LogFault(ILogger logger, GenerationId generationId, int index, Exception exception);

    [LoggerMessage(
        4, LogLevel.Warning, "The response to the paid request of generation {GenerationId} slot {Index} was lost; searching for its prediction: {Cause}")]
    private static partial void LogUnknown(ILogger logger, GenerationId generationId, int index, string cause);

    [LoggerMessage(5, LogLevel.Information, "Found the prediction of generation {GenerationId} slot {Index}: {PredictionId}")]
    private static partial void LogFound(ILogger logger, GenerationId generationId, int index, string predictionId);

    [LoggerMessage(6, LogLevel.Warning, "The search for the prediction of generation {GenerationId} slot {Index} failed: {Cause}")]
    private static partial void LogNotLooked(ILogger logger, GenerationId generationId, int index, string cause);
}
