namespace CharacterRefs.Application.Ports.Generators;

/// <summary>Receives the provider's webhook. It is a wake-up and never data: the prediction is then read as usual.</summary>
public interface IPredictionHook
{
    /// <summary>The host at which the provider sends webhooks, as the header <c>Host</c> names it; <c>null</c> when it was not requested to.</summary>
    string? Host { get; }

    /// <summary>Checks the signature and ends the pause of the image that the webhook names.</summary>
    /// <returns>Whether the provider signed it. A signed one that names no image of ours is fine.</returns>
    Task<bool> ReceiveAsync(ReceivedWebhook webhook, CancellationToken cancellationToken);
}
