namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>Response headers that replace the object's own.</summary>
internal sealed record ResponseOverrides
{
    /// <summary><c>Content-Disposition</c>, unchanged when <c>null</c>.</summary>
    public string? ContentDisposition { get; init; }

    /// <summary><c>Content-Type</c>, unchanged when <c>null</c>.</summary>
    public string? ContentType { get; init; }
}
