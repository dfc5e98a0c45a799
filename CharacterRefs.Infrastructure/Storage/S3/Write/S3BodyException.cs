namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>What was to be sent could not be read. It says nothing of the store and is no reason to send it again.</summary>
/// <param name="cause">What the content, or opening it, threw.</param>
internal sealed class S3BodyException(Exception cause) : Exception(cause.Message, cause);
