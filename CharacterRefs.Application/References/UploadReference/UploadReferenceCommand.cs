namespace CharacterRefs.Application.References.UploadReference;

/// <summary>Add an image that a client sends.</summary>
/// <param name="Content">Read to its end, or just past <see cref="MaxBytes"/>.</param>
/// <param name="FileName">The client's file name; for display only.</param>
/// <param name="ReusesDuplicate">Whether an image with the same bytes is returned instead of a second one being added.</param>
public sealed record UploadReferenceCommand(Stream Content, string? FileName, bool ReusesDuplicate = false)
{
    /// <summary>Longest accepted file: 10 MiB.</summary>
    public const long MaxBytes = 10 * 1024 * 1024;
}
