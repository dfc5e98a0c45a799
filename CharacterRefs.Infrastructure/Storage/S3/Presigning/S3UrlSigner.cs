using Amazon.Runtime;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>
/// Signs URLs for the public endpoint of the bucket. The target is reused until the credentials change. The media type is signed too, by the name of the
/// object: another program can have stored it with a type that a browser would run as a page.
/// </summary>
internal sealed class S3UrlSigner(S3StoreOptions options, AWSCredentials credentials, SigV4QuerySigner signer, IMediaTypes mediaTypes) : IAssetUrlSigner
{
    private volatile Signing? _current;

    public PresignedUrl Sign(AssetKey key, TimeSpan lifetime)
    {
        var keys = credentials.GetCredentials();
        var current = _current;
        if (current is null || !current.Keys.Equals(keys))
        {
            _current = current = new Signing(keys, Target(keys));
        }

        return signer.Sign(current.Target, key.Value, lifetime, OverridesOf(mediaTypes.Of(key.Name)));
    }

    private static ResponseOverrides OverridesOf(string mediaType) =>
        new() { ContentType = mediaType, ContentDisposition = ShownMedia.Contains(mediaType) ? null : "attachment" };

    private PresignTarget Target(ImmutableCredentials keys) => new()
    {
        Endpoint = options.PublicEndpoint ?? new Uri($"https://s3.{options.Region}.amazonaws.com"),
        ForcePathStyle = options.IsCustomEndpoint,
        Bucket = options.Bucket,
        Region = options.Region,
        AccessKeyId = keys.AccessKey,
        SecretAccessKey = new Secret(keys.SecretKey),
        SessionToken = keys.UseToken ? new Secret(keys.Token) : null,
    };

    private sealed record Signing(ImmutableCredentials Keys, PresignTarget Target);
}
