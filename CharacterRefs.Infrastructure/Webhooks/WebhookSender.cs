using System.Diagnostics;
using CharacterRefs.Application.Telemetry;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>
/// Delivers the rows of the outbox. Each receiver has its own loop, so a slow one delays no other; a loop sleeps until the next delivery is due or the
/// outbox has new rows. Never logged: the path and query of a receiver, which often hold a secret.
/// </summary>
internal sealed partial class WebhookSender(
    IWebhookOutbox outbox,
    WebhookClient client,
    WebhookSettings settings,
    WebhookSignal signal,
    WebhookMeter meter,
    TimeProvider clock,
    ILogger<WebhookSender> logger)
    : Worker
{
    /// <summary>Concurrent attempts to one receiver.</summary>
    public const int Parallelism = 4;

    /// <summary>Lifetime of a claim: longer than an attempt can take.</summary>
    public static readonly TimeSpan ClaimTime = WebhookClient.Timeout * 2;

    // A row that another process wrote, or that was written without a signal, is found after this time.
    private static readonly TimeSpan s_idlePause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_faultPause = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How old a message gets. The schedule ends after ten days at the latest, if the receiver requests the longest pause each time; the rest is for a service
    /// that does not run. Rows of receivers that are no longer configured end by it too.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    // Of rows that need no further attempt, for a person who looks for them.
    private static readonly TimeSpan s_retention = TimeSpan.FromDays(7);
    private const int GiveUpBatch = 500;

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        meter.Begin();
        await TryPruneAsync(stoppingToken); // before a loop claims what is too old
        await Task.WhenAll([PruneAsync(stoppingToken), .. settings.Urls.Select(url => RunAsync(url, stoppingToken))]);
    }

    private async Task RunAsync(Uri url, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var wake = signal.Next;
                var claim = await outbox.ClaimAsync(url, clock.GetUtcNow() + ClaimTime, Parallelism, cancellationToken);
                if (claim.Deliveries.Count == 0)
                {
                    await SleepAsync(wake, claim.NextAt, cancellationToken);
                }
                else if ((await Task.WhenAll(claim.Deliveries.Select(delivery => DeliverAsync(delivery, url, cancellationToken)))).Contains(true))
                {
                    LogDisabled(logger, url.Authority);
                    return;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The rows are in the catalog; a failed round must not end the loop.
                LogRoundFailed(logger, url.Authority, error.ToCause(), error.ToTrace());
                await Task.Delay(s_faultPause, clock, cancellationToken);
            }
        }
    }

    /// <returns>Whether the receiver accepts no more messages.</returns>
    private async Task<bool> DeliverAsync(WebhookDelivery delivery, Uri url, CancellationToken cancellationToken)
    {
        using var span = ServiceTelemetry.StartTrace("deliver webhook", cause: null);
        span?.SetTag("type", delivery.Type).SetTag("attempt", delivery.Attempts + 1);
        WebhookReply reply;
        try
        {
            reply = await client.SendAsync(delivery, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Due for another node, or the next start, without a wait for the end of the claim.
            await outbox.ReleaseAsync(delivery, CancellationToken.None);
            throw;
        }

        var attempt = delivery.Attempts + 1;
        if (reply.IsDelivered)
        {
            End(span, delivery, WebhookMeter.Delivered, reply);
            await outbox.RecordDeliveredAsync(delivery, CancellationToken.None);
            LogDelivered(logger, delivery.MessageId, delivery.Type, url.Authority, attempt);
            return false;
        }

        var pause = reply.IsGone ? null : WebhookSchedule.PauseAfter(attempt, reply.RetryAfter, Random.Shared.NextDouble());
        End(span, delivery, pause is null ? WebhookMeter.GivenUp : WebhookMeter.Failed, reply);
        await outbox.RecordFailedAsync(delivery, reply.Error, clock.GetUtcNow() + pause, CancellationToken.None);
        if (pause is { } wait)
        {
            LogFailed(logger, delivery.MessageId, delivery.Type, url.Authority, attempt, wait.TotalSeconds, reply.Error);
        }
        else
        {
            LogGivenUp(logger, delivery.MessageId, delivery.Type, url.Authority, attempt, reply.Error);
        }

        return reply.IsGone;
    }

    private void End(Activity? span, WebhookDelivery delivery, string outcome, WebhookReply reply)
    {
        meter.Attempted(outcome, delivery.Type);
        span.End(outcome, reply.IsDelivered ? null : reply.Status is { } status ? ((int)status).ToString(CultureInfo.InvariantCulture) : "no_response");
    }

    private async Task SleepAsync(Task wake, DateTimeOffset? nextAt, CancellationToken cancellationToken)
    {
        var pause = nextAt - clock.GetUtcNow() is { } left && left < s_idlePause ? left : s_idlePause;
        if (pause > TimeSpan.Zero)
        {
            // A timer counts whole milliseconds and must not fire before the time.
            await wake.WaitAsync(pause + TimeSpan.FromMilliseconds(1), clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromDays(1), clock, cancellationToken);
            await TryPruneAsync(cancellationToken);
        }
    }

    private async Task TryPruneAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            var cause = $"Not delivered within {Lifetime.TotalDays:0} days.";
            while (await outbox.GiveUpOlderAsync(now - Lifetime, cause, GiveUpBatch, cancellationToken) is { Count: > 0 } old)
            {
                foreach (var delivery in old)
                {
                    meter.Attempted(WebhookMeter.GivenUp, delivery.Type);
                    LogGivenUp(logger, delivery.MessageId, delivery.Type, new Uri(delivery.Url).Authority, delivery.Attempts, cause);
                }
            }

            await outbox.DeleteEndedAsync(now - s_retention, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogPruneFailed(logger, error.ToCause(), error.ToTrace());
        }
    }

    [LoggerMessage(220, LogLevel.Information, "Webhook {MessageId} ({Type}) was delivered to {Receiver} on attempt {Attempt}")]
    private static partial void LogDelivered(ILogger logger, string messageId, string type, string receiver, int attempt);

    [LoggerMessage(221, LogLevel.Warning, "Webhook {MessageId} ({Type}) to {Receiver} failed on attempt {Attempt}, next in {PauseSeconds:0} s: {Cause}")]
    private static partial void LogFailed(ILogger logger, string messageId, string type, string receiver, int attempt, double pauseSeconds, string cause);

    [LoggerMessage(222, LogLevel.Error, "Webhook {MessageId} ({Type}) to {Receiver} failed permanently on attempt {Attempt}: {Cause}")]
    private static partial void LogGivenUp(ILogger logger, string messageId, string type, string receiver, int attempt, string cause);

    [LoggerMessage(223, LogLevel.Warning, "Receiver {Receiver} of webhooks returned 410 and is disabled until the next start")]
    private static partial void LogDisabled(ILogger logger, string receiver);

    [LoggerMessage(224, LogLevel.Error, "A round of webhooks to {Receiver} failed: {Cause}")]
    private static partial void LogRoundFailed(ILogger logger, string receiver, string cause, Exception? trace);

    [LoggerMessage(225, LogLevel.Error, "Old webhooks could not be removed: {Cause}")]
    private static partial void LogPruneFailed(ILogger logger, string cause, Exception? trace);
}
