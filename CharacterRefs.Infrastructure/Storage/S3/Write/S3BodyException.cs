namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>The content to be sent could not be read. Not a fault of the store, so not retried.</summary>
/// <param name="cause">What reading or opening the content threw.</param>
internal sealed class S3BodyException(Exception cause) : Exception(cause.Message, cause);
