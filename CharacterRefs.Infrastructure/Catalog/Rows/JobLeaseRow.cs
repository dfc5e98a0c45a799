namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The lease of a job: who may change its set, and until when.</summary>
internal sealed class JobLeaseRow
{
    public required string JobId { get; set; }

    public Guid Holder { get; set; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public long EndsAt { get; set; }
}
