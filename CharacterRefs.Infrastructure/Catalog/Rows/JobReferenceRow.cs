namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The link between a job and an image.</summary>
internal sealed class JobReferenceRow
{
    public required string JobId { get; set; }

    public ReferenceRow? Reference { get; set; }

    public long ReferenceKey { get; set; }

    /// <summary>Grows with each link of a job; a removed link leaves a gap.</summary>
    public long Position { get; set; }
}
