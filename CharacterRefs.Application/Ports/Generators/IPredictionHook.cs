namespace CharacterRefs.Application.Ports.Generators;

/// <summary>Receives the provider's webhook. It is a wake-up and never data: the prediction is then read as usual.</summary>
public interface IPredictionHook
{
    /// <summary>Whether the provider was requested to send webhooks.</summary>
    bool IsOn { get; }

    /// <summary>Checks the signature and ends the pause of the image that the webhook names.</summary>
    /// <returns>Whether the provider signed it. A signed one that names no image of ours is fine.</returns>
    Task<bool> ReceiveAsync(ReceivedWebhook webhook, CancellationToken cancellationToken);
}
