using System.Net;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Follows a prediction to its end. Canceling it here, and its deadline, cancel it at Replicate, where it would continue to be billed; when the cancel finds
/// that it had succeeded, it counts as succeeded. A stop of the service leaves it running.
/// </summary>
internal sealed class PredictionWatcher(
    ReplicateClient client, FollowedPredictions followed, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock,
    ILogger<PredictionWatcher> logger)
{
    // How long a cancel may take in all, with a token of its own: the one that ended the prediction is spent.
    private static readonly TimeSpan s_cancelLimit = TimeSpan.FromSeconds(20);

    // How long a prediction with an unknown status is read after its cancel was rejected: it may be a final one, or its output may still come.
    private static readonly TimeSpan s_unknownStatusLimit = TimeSpan.FromMinutes(1);

    // Until somebody has set a valid token.
    private static readonly TimeSpan s_unreadablePause = TimeSpan.FromSeconds(15);

    // A GET right after create was seen to return 404 (replicate-javascript #68).
    private static readonly TimeSpan s_newIdLag = TimeSpan.FromSeconds(30);

    /// <summary>Notices webhooks of this image from now on, until the result is disposed.</summary>
    public PredictionWakeUp Follow(CharacterReferenceId imageId) => followed.Follow(imageId);

    /// <summary>The prediction when it succeeded, or how the work ended without an output.</summary>
    /// <param name="current">As far as it is known; of a resumed one only the id.</param>
    /// <param name="task">The image, with the time when the request was sent.</param>
    /// <param name="wakeUp">Ends the pauses.</param>
    /// <param name="cancel">The generation is canceled.</param>
    /// <param name="stop">The service stops.</param>
    public async Task<(Prediction? Succeeded, SlotOutcome? End)> WatchAsync(
        Prediction current, string model, SlotTask task, PredictionWakeUp wakeUp, CancellationToken cancel, CancellationToken stop)
    {
        var startedAt = task.StartedAt ?? clock.GetUtcNow();
        var pause = options.FirstPause;

        // A create that waited may return "processing" with an output, which can be partial: one read at once shows it. A resumed one is read at once too.
        var readNow = current.HasOutput || current.Status is null;
        var lastCall = startedAt + options.Deadline + ReplicateOptions.OutputLife;
        DateTimeOffset? unknownSince = null;
        Error? unreadable = null;
        while (!current.IsTerminal)
        {
            var age = clock.GetUtcNow() - startedAt;
            var isOver = age >= options.Deadline;
            if (!readNow && !isOver && !cancel.IsCancellationRequested)
            {
                var rest = options.Deadline - age;
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stop);
                try
                {
                    var jittered = pause * (0.9 + (0.2 * Random.Shared.NextDouble()));
                    await wakeUp.PauseAsync(jittered < rest ? jittered : rest, either.Token);
                    pause = options.NextPause(pause);
                }
                catch (OperationCanceledException) when (either.IsCancellationRequested && !stop.IsCancellationRequested)
                {
                    // Canceled: the next round acts on it.
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return (null, new SlotOutcome(SlotEnd.Interrupted));
                }
            }

            if (stop.IsCancellationRequested)
            {
                return (null, new SlotOutcome(SlotEnd.Interrupted));
            }

            isOver = clock.GetUtcNow() - startedAt >= options.Deadline;
            if ((isOver || cancel.IsCancellationRequested) && !readNow)
            {
                // One that cannot be read is ended by its own deadline.
                var why = cancel.IsCancellationRequested ? "the generation was canceled" : "the deadline passed";
                if ((unreadable is null || cancel.IsCancellationRequested) && await CancelAsync(current, why) is { } rejected)
                {
                    current = rejected;
                    unknownSince = rejected.HasUnknownStatus ? unknownSince ?? clock.GetUtcNow() : null;
                }

                if (current.IsTerminal || clock.GetUtcNow() > lastCall || clock.GetUtcNow() - unknownSince > s_unknownStatusLimit
                    || (unreadable is not null && cancel.IsCancellationRequested))
                {
                    break;
                }

                await wakeUp.PauseAsync(unreadable is null ? options.PollInterval : s_unreadablePause, stop)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            readNow = false;
            var reply = await client.GetAsync(current.Id!, CancellationToken.None);
            if (reply.Succeeded)
            {
                current = reply.Read(WireJson.Default.Prediction) is { } seen && seen.Id == current.Id ? seen : current;
                unreadable = null;
            }
            else if (reply.Status == HttpStatusCode.NotFound)
            {
                if (clock.GetUtcNow() - startedAt >= s_newIdLag)
                {
                    if (await CancelAsync(current, "it cannot be found") is not { IsTerminal: true } ended)
                    {
                        return (null, SlotOutcome.Failure(ReplicateErrors.PredictionLost() with { IsPaid = true }));
                    }

                    current = ended;
                }
            }
            else if (!reply.IsTransient)
            {
                // Such as a token that was replaced or forgotten: the prediction runs, and it is read when there is a valid one again.
                if (unreadable is null)
                {
                    logger.Unreadable(current.Id!, reply.Reason);
                }

                unreadable = errors.Of(reply, model);
            }
        }

        if (current.IsTerminal)
        {
            logger.Ended(current.Id!, model, current.Status!, (clock.GetUtcNow() - startedAt).TotalSeconds);
        }

        var isUnknown = unknownSince is not null && current.HasUnknownStatus;
        if (current.HasSucceeded || (isUnknown && current.HasOutput))
        {
            return (current, null);
        }

        return (null, cancel.IsCancellationRequested ? new SlotOutcome(SlotEnd.Canceled)
            : unreadable is not null && !current.IsTerminal ? SlotOutcome.Failure(unreadable with { IsPaid = true })
            : current.Status is PredictionStatus.Failed or PredictionStatus.Aborted ? SlotOutcome.Failure(errors.Of(current, model))
            : isUnknown ? SlotOutcome.Failure(errors.UnknownStatus(current.Status!, model))
            : clock.GetUtcNow() - startedAt >= options.Deadline ? SlotOutcome.Failure(errors.Overdue(model))
            : SlotOutcome.Failure(errors.Of(current, model)));
    }

    /// <summary>Ends a prediction and returns its state; <c>null</c> when even that is not known.</summary>
    private async Task<Prediction?> CancelAsync(Prediction last, string why)
    {
        var predictionId = last.Id!;
        logger.Canceling(predictionId, why);
        using var limit = new CancellationTokenSource(s_cancelLimit, clock);
        try
        {
            // With an output in sight it is all but finished: reading first does not risk a paid image.
            if (last.HasOutput && await ReadAsync(predictionId, limit.Token) is { IsTerminal: true } finished)
            {
                return finished;
            }

            var reply = await client.CancelAsync(predictionId, limit.Token);
            var prediction = reply.Succeeded ? reply.Read(WireJson.Default.Prediction) : null;
            if (prediction?.IsTerminal != true && !reply.IsTransient)
            {
                // The response to a cancel of a finished prediction is documented nowhere, so the prediction is read.
                prediction = await ReadAsync(predictionId, limit.Token) ?? prediction;
            }

            if (prediction is null)
            {
                logger.CancelFailed(predictionId, reply.Reason);
            }

            return prediction;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            logger.CancelFailed(predictionId, "no response in time");
            return null;
        }
    }

    private async Task<Prediction?> ReadAsync(string predictionId, CancellationToken cancellationToken) =>
        await client.GetAsync(predictionId, cancellationToken) is { Succeeded: true } reply ? reply.Read(WireJson.Default.Prediction) : null;
}
