namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>What this folder logs. Never the token, never an output URL: it grants access to the file.</summary>
internal static partial class ReplicateLog
{
    [LoggerMessage(130, LogLevel.Debug, "Replicate {Pipeline}: {Reason}, retry {Attempt} in {DelaySeconds:0.0} s")]
    public static partial void Retrying(this ILogger logger, string pipeline, string reason, int attempt, double delaySeconds);

    [LoggerMessage(131, LogLevel.Warning, "Create was rejected by the rate limit; the next is sent in {DelaySeconds:0.0} s, then {Rate:0.###} per second")]
    public static partial void RateLimited(this ILogger logger, double delaySeconds, double rate);

    [LoggerMessage(
        146, LogLevel.Warning, "Creates wait because the shared rate could not be read or changed; the next attempt follows: {Cause}")]
    public static partial void RateUnknown(this ILogger logger, string cause);

    [LoggerMessage(132, LogLevel.Information, "Prediction {PredictionId} of {Model} created")]
    public static partial void Created(this ILogger logger, string predictionId, string model);

    [LoggerMessage(133, LogLevel.Information, "Prediction {PredictionId} of {Model} ended as {Status} after {Seconds:0.0} s")]
    public static partial void Ended(this ILogger logger, string predictionId, string model, string status, double seconds);

    [LoggerMessage(134, LogLevel.Warning, "Create of {Model} failed: {Reason}; {Detail}")]
    public static partial void CreateFailed(this ILogger logger, string model, string reason, string detail);

    [LoggerMessage(147, LogLevel.Error, "Prediction {PredictionId} cannot be read ({Reason}); reads are repeated until its output is deleted")]
    public static partial void Unreadable(this ILogger logger, string predictionId, string reason);

    [LoggerMessage(135, LogLevel.Warning, "Prediction {PredictionId}: canceling because {Why}")]
    public static partial void Canceling(this ILogger logger, string predictionId, string why);

    [LoggerMessage(136, LogLevel.Error, "Prediction {PredictionId} could not be canceled ({Reason}); Replicate ends it by its own deadline")]
    public static partial void CancelFailed(this ILogger logger, string predictionId, string reason);

    [LoggerMessage(137, LogLevel.Warning, "Output from {Host} could not be fetched: {Reason}")]
    public static partial void TransferFailed(this ILogger logger, string host, string reason);

    [LoggerMessage(139, LogLevel.Information, "Create of {Model} waited {WaitedSeconds:0.0} s for the rate limit")]
    public static partial void Waited(this ILogger logger, string model, double waitedSeconds);

    [LoggerMessage(138, LogLevel.Warning, "The model {Model} publishes no input schema; only the prompt is sent")]
    public static partial void SchemaMissing(this ILogger logger, string model);

    [LoggerMessage(140, LogLevel.Warning, "Output from {Host} is resumed at byte {Position} in {DelaySeconds:0.0} s: {Cause}")]
    public static partial void Resuming(this ILogger logger, string host, long position, string cause, double delaySeconds);

    [LoggerMessage(141, LogLevel.Warning, "The transfer of {ImageId} is not kept for a restart: {Cause}")]
    public static partial void PartialFailed(this ILogger logger, CharacterReferenceId imageId, string cause);

    [LoggerMessage(142, LogLevel.Debug, "Partial output {Name} was not swept: {Cause}")]
    public static partial void PartialSkipped(this ILogger logger, string name, string cause);

    [LoggerMessage(143, LogLevel.Information, "Removed {Count} partial outputs that Replicate no longer has")]
    public static partial void PartialsSwept(this ILogger logger, int count);

    [LoggerMessage(144, LogLevel.Warning, "Partial outputs could not be swept: {Cause}")]
    public static partial void SweepFailed(this ILogger logger, string cause);
}
