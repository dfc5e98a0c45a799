namespace CharacterRefs.Application.Ports.Generators;

/// <summary>A webhook request as it came.</summary>
/// <param name="Id">Header <c>webhook-id</c>; empty when absent.</param>
/// <param name="Timestamp">Header <c>webhook-timestamp</c>; empty when absent.</param>
/// <param name="Signature">Header <c>webhook-signature</c>; empty when absent.</param>
/// <param name="Body">The raw bytes that are signed.</param>
/// <param name="ImageId">The image that the URL names; <c>null</c> when it names none.</param>
public sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, ReadOnlyMemory<byte> Body, CharacterReferenceId? ImageId);
