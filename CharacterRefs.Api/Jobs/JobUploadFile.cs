using System.ComponentModel.DataAnnotations;

namespace CharacterRefs.Api.Jobs;

/// <summary>A file that a client sends straight to the store.</summary>
public sealed record JobUploadFile
{
    /// <summary>Path of the file in the set.</summary>
    /// <example>scenes/scene_07.mp4</example>
    [Required]
    public string? Path { get; init; }

    /// <summary>Length in bytes, at most 5 GiB.</summary>
    /// <example>4194304</example>
    [Required]
    public long? Size { get; init; }

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    [Required]
    public string? Sha256 { get; init; }
}
