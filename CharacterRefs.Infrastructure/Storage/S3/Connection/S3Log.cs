using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>What this folder logs. Never a key of the account, never a presigned URL.</summary>
internal static partial class S3Log
{
    [LoggerMessage(301, LogLevel.Debug, "Object store: {Reason} Retry {Attempt} in {DelaySeconds:0.0} s")]
    public static partial void Retrying(this ILogger logger, string reason, int attempt, double delaySeconds);

    [LoggerMessage(302, LogLevel.Warning, "The object store is left alone for {Seconds:0.0} s: {Reason}")]
    public static partial void CircuitOpened(this ILogger logger, string reason, double seconds);

    [LoggerMessage(303, LogLevel.Information, "The object store answers again")]
    public static partial void CircuitClosed(this ILogger logger);

    [LoggerMessage(304, LogLevel.Warning, "The parts of a broken upload of {Key} could not be removed and cost room until a rule of the bucket expires them: {Reason}")]
    public static partial void AbortFailed(this ILogger logger, string key, string reason);

    [LoggerMessage(305, LogLevel.Information, "The object store knows no conditional writes; looking first remains")]
    public static partial void NoConditionalWrites(this ILogger logger);

    [LoggerMessage(306, LogLevel.Debug, "An object in the bucket has a name that is no asset key of ours and is left out of a listing")]
    public static partial void ForeignObject(this ILogger logger);

    [LoggerMessage(307, LogLevel.Error, "The object store cannot be asked with these settings")]
    public static partial void NotSent(this ILogger logger, Exception exception);
}
