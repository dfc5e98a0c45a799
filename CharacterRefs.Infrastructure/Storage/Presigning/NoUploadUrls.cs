namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>The local store has no URLs for uploads.</summary>
internal sealed class NoUploadUrls : IUploadUrlSigner
{
    public bool IsAvailable => false;

    public PresignedUrl Sign(AssetKey key, long length, TimeSpan lifetime) => throw new NotSupportedException("The local store has no URLs for uploads.");
}
