namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The association between a job and an image.</summary>
internal sealed class JobReferenceRow
{
    public required string JobId { get; set; }

    public ReferenceRow? Reference { get; set; }

    public long ReferenceKey { get; set; }

    /// <summary>Grows with each association of a job; a removed one leaves a gap.</summary>
    public long Position { get; set; }
}
