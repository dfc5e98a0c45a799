namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>A host has an address that is not public, and nothing was connected.</summary>
internal sealed class RejectedAddressException(string message) : IOException(message);
