namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>Log messages of the S3 store. Never credentials, never a presigned URL.</summary>
internal static partial class S3Log
{
    [LoggerMessage(301, LogLevel.Debug, "Retry {Attempt} of a request to the object store follows in {DelaySeconds:0.0} s: {Cause}")]
    public static partial void Retrying(this ILogger logger, string cause, int attempt, double delaySeconds);

    [LoggerMessage(302, LogLevel.Warning, "Circuit to the object store opened; the next trial follows in {Seconds:0.0} s: {Cause}")]
    public static partial void CircuitOpened(this ILogger logger, string cause, double seconds);

    [LoggerMessage(303, LogLevel.Information, "Circuit to the object store closed")]
    public static partial void CircuitClosed(this ILogger logger);

    [LoggerMessage(304, LogLevel.Warning, "Removal of the parts of an upload of {Key} failed; they use space until a lifecycle rule expires them: {Cause}")]
    public static partial void AbortFailed(this ILogger logger, string key, string cause);

    [LoggerMessage(305, LogLevel.Information, "The object store rejected conditional writes; every write is preceded by HEAD")]
    public static partial void ConditionsRejected(this ILogger logger);

    [LoggerMessage(306, LogLevel.Debug, "An object whose name is not a valid asset key was skipped in a listing")]
    public static partial void ForeignObject(this ILogger logger);

    [LoggerMessage(307, LogLevel.Error, "A request to the object store could not be created with these settings")]
    public static partial void NotSent(this ILogger logger, Exception exception);
}
