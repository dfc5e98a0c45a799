using System.Net;
using System.Text.Json;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Wire;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Takes one prediction from the paid create to its end. Leaving early for any reason cancels it at Replicate, where it would go on being billed;
/// when the cancel finds it already succeeded, it counts as succeeded.
/// </summary>
internal sealed class PredictionRunner(
    PredictionCreator creator, ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, ServiceStop stop, TimeProvider clock,
    ILogger<PredictionRunner> logger)
{
    // How long a cancel may take in all, with a token of its own: the one that ended the prediction is spent.
    private static readonly TimeSpan s_cancelLimit = TimeSpan.FromSeconds(20);

    // A GET right after create was seen to answer 404 (replicate-javascript #68).
    private static readonly TimeSpan s_newIdLag = TimeSpan.FromSeconds(10);

    /// <summary>The succeeded prediction, or why there is none.</summary>
    public async Task<Result<Prediction>> RunAsync(
        ModelCard card, IReadOnlyDictionary<string, JsonElement> input, Func<string, Task> onPredictionCreated, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Deadline, clock, cancellationToken, stop.Token);
        var attempt = await creator.CreateAsync(card, input, deadline);
        if (!attempt.TryGet(out var created, out var refusal))
        {
            return refusal;
        }

        try
        {
            await onPredictionCreated(created.Id!);
        }
        catch
        {
            await CancelAsync(created, "its id could not be recorded");
            throw;
        }

        var (last, problem) = await WatchAsync(card, created, deadline);
        if (!last.IsTerminal)
        {
            var end = await CancelAsync(last, Why(problem, deadline));
            last = end ?? last;
            if (!last.HasSucceeded)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return problem ?? (end?.Status == PredictionStatus.Failed ? errors.Of(end, card.Name) : errors.Ended(deadline, card.Name));
            }
        }

        logger.Ended(created.Id!, card.Name, last.Status!, deadline.Elapsed.TotalSeconds);
        return last.HasSucceeded ? last : errors.Of(last, card.Name);
    }

    private static string Why(Error? problem, Deadline deadline) => deadline switch
    {
        { Caller.IsCancellationRequested: true } => "the caller gave up",
        _ when problem is not null => problem.Detail,
        { IsStopped: true } => "the service stops",
        _ => "the deadline passed",
    };

    /// <summary>Looks until the end. Replicate being unreachable for a while is no reason to throw paid work away; our deadline is.</summary>
    private async Task<(Prediction Last, Error? Problem)> WatchAsync(ModelCard card, Prediction current, Deadline deadline)
    {
        var pause = options.PollInterval;

        // A create that waited may answer "processing" with an output, which can still be partial: one look at once tells.
        var lookNow = current.HasOutput;
        var since = deadline.Elapsed;
        try
        {
            while (!current.IsTerminal)
            {
                if (!lookNow)
                {
                    await Task.Delay(pause * (0.9 + (0.2 * Random.Shared.NextDouble())), clock, deadline.Token);
                    pause = pause * 1.25 < options.PollInterval * 2 ? pause * 1.25 : options.PollInterval * 2;
                }

                lookNow = false;
                var reply = await client.GetAsync(current.Id!, deadline.Token);
                if (reply.Succeeded)
                {
                    current = reply.Read(WireJson.Default.Prediction) is { } seen && seen.Id == current.Id ? seen : current;
                }
                else if (!reply.IsTransient && !(reply.Status == HttpStatusCode.NotFound && deadline.Elapsed - since < s_newIdLag))
                {
                    return (current, reply.Status == HttpStatusCode.NotFound ? ReplicateErrors.PredictionLost() : errors.Of(reply, card.Name));
                }
            }

            return (current, null);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            return (current, null);
        }
    }

    /// <summary>Ends a prediction and tells where it stands; <c>null</c> when even that is not known.</summary>
    private async Task<Prediction?> CancelAsync(Prediction last, string why)
    {
        var predictionId = last.Id!;
        logger.Cancelling(predictionId, why);
        using var limit = new CancellationTokenSource(s_cancelLimit, clock);
        try
        {
            // With an output in sight it is all but finished: looking first does not risk a paid image.
            if (last.HasOutput && await LookAsync(predictionId, limit.Token) is { IsTerminal: true } finished)
            {
                return finished;
            }

            var reply = await client.CancelAsync(predictionId, limit.Token);
            var prediction = reply.Succeeded ? reply.Read(WireJson.Default.Prediction) : null;
            if (prediction?.IsTerminal != true && !reply.IsTransient)
            {
                // What a cancel of a finished prediction answers is documented nowhere; a look tells.
                prediction = await LookAsync(predictionId, limit.Token) ?? prediction;
            }

            if (prediction is null)
            {
                logger.CancelFailed(predictionId, reply.Reason);
            }

            return prediction;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            logger.CancelFailed(predictionId, "no answer in time");
            return null;
        }
    }

    private async Task<Prediction?> LookAsync(string predictionId, CancellationToken cancellationToken) =>
        await client.GetAsync(predictionId, cancellationToken) is { Succeeded: true } reply ? reply.Read(WireJson.Default.Prediction) : null;
}
