namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>
/// The known statuses: two of work, and those after which nothing more happens. <c>aborted</c> (ended before it started) is missing in the official
/// clients, which then poll for ever.
/// </summary>
internal static class PredictionStatus
{
    public const string Starting = "starting";
    public const string Processing = "processing";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Canceled = "canceled";
    public const string Aborted = "aborted";
}
