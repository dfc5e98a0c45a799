namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>One part of a multipart upload.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Offset">Position of its first byte in the object.</param>
/// <param name="Length">Length in bytes.</param>
internal readonly record struct S3Part(string UploadId, int Number, long Offset, long Length);
