namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>With a bucket every presigned URL leads to the bucket, so none is accepted here.</summary>
internal sealed class NoSignedUrls : ISignedUrlGate
{
    public DateTimeOffset? Admits(AssetKey key, string? expires, string? signature) => null;
}
