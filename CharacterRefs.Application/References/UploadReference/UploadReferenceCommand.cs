namespace CharacterRefs.Application.References.UploadReference;

/// <summary>Keep an image that a client sends.</summary>
/// <param name="Content">Read to its end, or just past <see cref="MaxBytes"/>.</param>
/// <param name="FileName">The client's name for it; kept for display, decides nothing.</param>
public sealed record UploadReferenceCommand(Stream Content, string? FileName)
{
    /// <summary>Longest accepted file: 10 MiB.</summary>
    public const long MaxBytes = 10 * 1024 * 1024;
}
