using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Verifies Replicate's webhook with the account's secret, which is read once and again after a failed signature, at most once a minute. Anyone can send a
/// webhook, so one whose headers cannot verify causes no read, and a failed read is not repeated before a pause.
/// </summary>
internal sealed class ReplicateHook(
    ReplicateClient client, ReplicateErrors errors, FollowedPredictions wakeUps, IGenerationLedger ledger, ReplicateOptions options, TimeProvider clock)
        : IPredictionHook
{
    private static readonly TimeSpan s_secretLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_rereadPause = TimeSpan.FromMinutes(1);

    // Shorter than Replicate's own retries of a webhook.
    private static readonly TimeSpan s_failurePause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Remembered<string> _secret = new(s_secretLife, clock, s_failurePause);
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    public string? Host => options.PublicBaseUrl is { HostNameType: UriHostNameType.Dns } named ? named.IdnHost : options.PublicBaseUrl?.Host;

    public async Task<bool> ReceiveAsync(ReceivedWebhook webhook, CancellationToken cancellationToken)
    {
        if (!await IsSignedAsync(webhook, cancellationToken))
        {
            return false;
        }

        if ((webhook.ImageId ?? await FindImageAsync(webhook, cancellationToken)) is { } imageId)
        {
            wakeUps.Wake(imageId);
        }

        return true;
    }

    private async Task<bool> IsSignedAsync(ReceivedWebhook webhook, CancellationToken cancellationToken)
    {
        if (!StandardWebhook.CanVerify(webhook.Id, webhook.Timestamp, webhook.Signature, clock.GetUtcNow()))
        {
            return false;
        }

        // A sender that leaves must not cancel the read: the next one would start it again.
        while ((await _secret.GetAsync(ReadSecretAsync, CancellationToken.None).WaitAsync(cancellationToken)).TryGet(out var secret, out _))
        {
            if (StandardWebhook.Parse(secret)?.Verify(webhook.Id, webhook.Timestamp, webhook.Signature, webhook.Body.Span, clock.GetUtcNow()) is true)
            {
                return true;
            }

            if (!TryForgetSecret())
            {
                return false;
            }
        }

        return false;
    }

    private async Task<Result<string>> ReadSecretAsync(CancellationToken cancellationToken)
    {
        var reply = await client.GetWebhookSecretAsync(cancellationToken);
        return !reply.Succeeded ? errors.Of(reply, "webhooks")
            : reply.Read(WireJson.Default.WebhookSecret)?.Key is { Length: > 0 } key ? key
            : ReplicateErrors.Unreadable();
    }

    /// <summary>The secret may have been rotated; a forger must not make us read it with every request.</summary>
    private bool TryForgetSecret()
    {
        lock (_lock)
        {
            if (clock.GetUtcNow() - _readAt < s_rereadPause)
            {
                return false;
            }

            _readAt = clock.GetUtcNow();
            _secret = new Remembered<string>(s_secretLife, clock, s_failurePause);
            return true;
        }
    }

    private async Task<CharacterReferenceId?> FindImageAsync(ReceivedWebhook webhook, CancellationToken cancellationToken)
    {
        var prediction = new Reply(AttemptEnd.Responded, Body: webhook.Body).Read(WireJson.Default.Prediction);
        return prediction is { HasLegalId: true } ? await ledger.FindImageByPredictionAsync(prediction.Id!, cancellationToken) : null;
    }
}
