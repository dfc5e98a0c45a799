namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The digest of a workspace file with this stamp.</summary>
internal sealed class WorkspaceDigestRow
{
    public required string Workspace { get; set; }

    public required string Path { get; set; }

    public required string Stamp { get; set; }

    public long SizeBytes { get; set; }

    public required string Sha256 { get; set; }

    public long Crc32 { get; set; }
}
