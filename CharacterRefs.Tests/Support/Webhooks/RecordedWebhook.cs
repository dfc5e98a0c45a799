namespace CharacterRefs.Tests.Support.Webhooks;

/// <summary>One request that arrived at a receiver.</summary>
internal sealed record RecordedWebhook(string Id, string Timestamp, string Signature, string? ContentType, byte[] Body);
