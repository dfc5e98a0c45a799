namespace CharacterRefs.Tests.Support.Webhooks;

/// <summary>One request that arrived at a receiver.</summary>
internal sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, string? ContentType, byte[] Body);
