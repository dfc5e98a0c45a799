using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>The variables of a service with this bucket, everything else as it is by default.</summary>
internal static class BucketSettings
{
    public static IEnumerable<KeyValuePair<string, string?>> Of(S3TestBucket bucket) =>
    [
        new("IMAGE_GENERATOR", "placeholder"),
        new("STORAGE_BACKEND", "s3"),
        new("SERVE_FROM_CLOUD", "true"),
        new("STORAGE_BUCKET", bucket.Name),
        new("S3_ENDPOINT", bucket.Options.Endpoint!.OriginalString),
        new("AWS_ACCESS_KEY_ID", bucket.Options.AccessKeyId!.Reveal()),
        new("AWS_SECRET_ACCESS_KEY", bucket.Options.SecretAccessKey!.Reveal()),
    ];
}
