using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Application.Webhooks;

/// <summary>The outbox has new rows.</summary>
public sealed class WebhookSignal : Signal;
