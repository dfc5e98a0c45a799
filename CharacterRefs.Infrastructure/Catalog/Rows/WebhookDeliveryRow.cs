namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>A message that one receiver does not have yet. Times are microseconds since 1970-01-01 UTC.</summary>
internal sealed class WebhookDeliveryRow
{
    public long Key { get; set; }

    public required string MessageId { get; set; }

    public required string Url { get; set; }

    public required string Type { get; set; }

    public required string Body { get; set; }

    public int Attempts { get; set; }

    /// <summary>Also the end of a claim; <c>null</c> when it was given up.</summary>
    public long? NextAttemptAt { get; set; }

    public string? LastError { get; set; }

    public long CreatedAt { get; set; }
}
