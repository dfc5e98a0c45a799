namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>A file that a client sends straight to the store.</summary>
/// <param name="Path">Its path in the set.</param>
/// <param name="SizeBytes">Length in bytes, 0 to <see cref="MaxBytes"/>.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
public sealed record JobUpload(JobAssetPath Path, long SizeBytes, ContentHash Sha256)
{
    /// <summary>Most files of one request.</summary>
    public const int MaxFiles = 1000;

    /// <summary>Longest file: 5 GiB, the limit of one PUT in S3.</summary>
    public const long MaxBytes = 5L << 30;
}
