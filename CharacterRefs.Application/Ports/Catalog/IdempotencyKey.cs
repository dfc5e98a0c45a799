namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Makes the repetition of a request the same request (draft-ietf-httpapi-idempotency-key-header-07).</summary>
/// <param name="Owner">Whose keys they are; empty when no API keys are configured.</param>
/// <param name="Key">As the client sent it: 1 to 255 printable ASCII characters.</param>
/// <param name="RequestHash">SHA-256 of the canonical body, 64 hexadecimal digits.</param>
public sealed record IdempotencyKey(string Owner, string Key, string RequestHash);
