using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>The same URL, signed by AWSSDK.</summary>
internal static class SdkPresigner
{
    public static AmazonS3Client Client(PresignTarget target)
    {
        var secret = target.SecretAccessKey.Reveal();
        AWSCredentials credentials = target.SessionToken is { } token
            ? new SessionAWSCredentials(target.AccessKeyId, secret, token.Reveal())
            : new BasicAWSCredentials(target.AccessKeyId, secret);
        return new AmazonS3Client(credentials, new AmazonS3Config
        {
            ServiceURL = target.Endpoint.AbsoluteUri,
            AuthenticationRegion = target.Region,
            ForcePathStyle = target.ForcePathStyle,
        });
    }

    public static GetPreSignedUrlRequest Request(PresignTarget target, string key, DateTimeOffset expires, ResponseOverrides? overrides)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = target.Bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = expires.UtcDateTime,
            // The SDK signs https for an http endpoint unless it is set.
            Protocol = target.Endpoint.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        request.ResponseHeaderOverrides.ContentDisposition = overrides?.ContentDisposition;
        request.ResponseHeaderOverrides.ContentType = overrides?.ContentType;
        return request;
    }
}
