using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>Signs PUT requests for the public endpoint of the bucket. <c>Content-Length</c> is signed, so that no other length is accepted.</summary>
internal sealed class S3UploadUrlSigner(S3StoreOptions options, AWSCredentials credentials, TimeProvider clock) : IUploadUrlSigner, IDisposable
{
    private readonly AmazonS3Client _client = new(credentials, Configuration(options));

    public bool IsAvailable => true;

    public PresignedUrl Sign(AssetKey key, long length, TimeSpan lifetime)
    {
        var expiresAt = clock.GetUtcNow() + lifetime;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            Verb = HttpVerb.PUT,
            Expires = expiresAt.UtcDateTime,
            Protocol = options.PublicEndpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        request.Headers.ContentLength = length;
        return new PresignedUrl(_client.GetPreSignedURL(request), expiresAt);
    }

    public void Dispose() => _client.Dispose();

    private static AmazonS3Config Configuration(S3StoreOptions options) => options.PublicEndpoint is { } endpoint
        ? new AmazonS3Config { ServiceURL = endpoint.AbsoluteUri, AuthenticationRegion = options.Region, ForcePathStyle = options.IsCustomEndpoint }
        : new AmazonS3Config { RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region) };
}
