namespace CharacterRefs.Infrastructure.Storage.S3.Read;

/// <summary>Times as the SDK returns them.</summary>
internal static class S3Time
{
    /// <summary>The time in UTC; the Unix epoch when the store sent none.</summary>
    public static DateTimeOffset Utc(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());
}
