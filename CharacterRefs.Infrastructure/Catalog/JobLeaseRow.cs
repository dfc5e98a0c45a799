namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Who may change the set of a job, and until when.</summary>
internal sealed class JobLeaseRow
{
    public required string JobId { get; set; }

    public Guid Holder { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long EndsAt { get; set; }
}
