namespace CharacterRefs.Application.Ports;

/// <summary>The local disk did not take or give the bytes: full, read-only, or broken. The message names no path.</summary>
public sealed class LocalStorageException(string message, Exception? inner = null) : Exception(message, inner);
