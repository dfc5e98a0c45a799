using System.Collections.Concurrent;
using System.Net;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Sends the paid create and interprets each response. It is sent again only when it certainly did not arrive or exceeded the rate limit:
/// Replicate has no idempotency key, so a create without a response may be running and billed.
/// </summary>
internal sealed class PredictionCreator(
    ReplicateClient client, CreateLimiter limiter, ModelCardCache cards, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock,
    ILogger<PredictionCreator> logger)
{
    // Connections refused in a row before the request fails; nothing was paid by then.
    private const int MostUnsent = 8;
    private static readonly TimeSpan s_longWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_unsentPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestUnsentPause = TimeSpan.FromSeconds(20);

    // Community models have no route of their own: 404 there. Remembered, so that it costs one call per model and process.
    private readonly ConcurrentDictionary<string, bool> _needsVersion = new(StringComparer.Ordinal);

    /// <summary>The created prediction, or how the work ended without one.</summary>
    public async Task<(Prediction? Created, SlotOutcome? End)> CreateAsync(
        ModelCard card,
        IReadOnlyDictionary<string, JsonElement> input,
        SlotTask task,
        ISlotProgress progress,
        CancellationToken cancel,
        CancellationToken stop)
    {
        using var expiry = new CancellationTokenSource(options.RateLimitTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancel, stop);
        var requestedAt = clock.GetUtcNow();
        var waited = task.RateLimitWait;
        var isReadAgain = false;
        for (var unsent = 0; ;)
        {
            var (sentAt, wait) = await WaitAsync(requestedAt, waited, progress, either.Token);
            waited += wait;
            progress.Waited(waited, isOver: true);
            if (either.IsCancellationRequested)
            {
                return (null, cancel.IsCancellationRequested ? new SlotOutcome(SlotEnd.Canceled)
                    : stop.IsCancellationRequested ? new SlotOutcome(SlotEnd.NotSent)
                    : SlotOutcome.Failure(ReplicateErrors.StillLimited(options.RateLimitTimeout)));
            }

            if (!await progress.SubmittingAsync())
            {
                return (null, new SlotOutcome(SlotEnd.NotSent));
            }

            var reply = await SendAsync(card, input, task);
            if (reply.Succeeded)
            {
                limiter.Accepted(sentAt);
            }
            else if (reply is { IsRateLimit: true, RetryAfter: { } pause })
            {
                limiter.Rejected(sentAt, pause);
            }

            if (reply.Succeeded && reply.Read(WireJson.Default.Prediction) is { HasLegalId: true } created)
            {
                progress.Started(created.Id!, created.IsTerminal || created.HasOutput);
                logger.Created(created.Id!, card.Name);
                if (waited > s_longWait)
                {
                    logger.Waited(card.Name, waited.TotalSeconds);
                }

                return (created, null);
            }

            if (reply.IsRateLimit || (reply.End is AttemptEnd.NeverSent && ++unsent < MostUnsent))
            {
                await progress.RejectedAsync();
                if (reply.End is AttemptEnd.NeverSent)
                {
                    await PauseAsync(unsent, reply, either.Token);
                }

                continue;
            }

            if (ReplicateErrors.IsModelGone(reply))
            {
                cards.Forget(card.Name);
                if (!isReadAgain)
                {
                    // Certainly not created, so a newer version of the model may be tried, once.
                    isReadAgain = true;
                    await progress.RejectedAsync();
                    if ((await cards.GetAsync(card.Name, stop)).TryGet(out var fresh, out _) && fresh.Fallback != card.Fallback)
                    {
                        card = fresh;
                        continue;
                    }
                }
            }

            logger.CreateFailed(card.Name, reply.Reason, errors.LogText(reply));
            var error = reply.Succeeded ? ReplicateErrors.Unreadable() : errors.Of(reply, card.Name);
            return (null, reply.MayHaveArrived ? new SlotOutcome(SlotEnd.SubmissionUnknown, error) : SlotOutcome.Failure(error));
        }
    }

    /// <summary>
    /// Waits for the limiter, and announces a long wait while it lasts: after a second, then each time that it has doubled, so that many slots that wait write
    /// few records.
    /// </summary>
    /// <param name="waited">The waits before this one.</param>
    /// <returns>The permit; without one when the wait was canceled, with the time until then.</returns>
    private async Task<CreatePermit> WaitAsync(DateTimeOffset requestedAt, TimeSpan waited, ISlotProgress progress, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow();
        try
        {
            var permit = limiter.WaitAsync(requestedAt, cancellationToken).AsTask();
            for (var pause = s_longWait; !permit.IsCompleted; pause *= 2)
            {
                await ((Task)permit).WaitAsync(pause, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!permit.IsCompleted)
                {
                    progress.Waited(waited + (clock.GetUtcNow() - since), isOver: false);
                }
            }

            return await permit;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            return new CreatePermit(now, now - since);
        }
    }

    private async Task PauseAsync(int unsent, Reply reply, CancellationToken cancellationToken)
    {
        var pause = s_unsentPause * Math.Pow(2, unsent - 1) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        pause = pause < s_longestUnsentPause ? pause : s_longestUnsentPause;
        logger.Retrying("create", reply.Reason, unsent, pause.TotalSeconds);
        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Reply> SendAsync(ModelCard card, IReadOnlyDictionary<string, JsonElement> input, SlotTask task)
    {
        var webhook = options.WebhookUrl(task.ImageId);
        if (!_needsVersion.ContainsKey(card.Name) || card.Fallback is null)
        {
            var reply = await client.CreateAsync(card.Route, input, webhook);
            if (reply.Status != HttpStatusCode.NotFound || card.Fallback is null)
            {
                return reply;
            }

            _needsVersion[card.Name] = true;
        }

        return await client.CreateAsync(card.Fallback, input, webhook);
    }
}
