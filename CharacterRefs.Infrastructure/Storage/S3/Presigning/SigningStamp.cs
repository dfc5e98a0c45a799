using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>What all URLs of one target and signing time have in common, as bytes.</summary>
internal sealed class SigningStamp
{
    private readonly PresignTarget _target;
    private readonly DateTimeOffset _signedAt;
    private readonly SigningKey _key;

    /// <summary>Derives the bytes; reuses the key of the previous stamp when it is still valid.</summary>
    public SigningStamp(PresignTarget target, DateTimeOffset signedAt, SigningStamp? previous)
    {
        _target = target;
        _signedAt = signedAt;
        var time = signedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        _key = SigningKey.For(target, day, previous?._key);
        var scope = $"{day}/{target.Region}/s3/aws4_request";
        var address = BucketAddress.Of(target);
        var credential = PercentEncoding.Encode($"{target.AccessKeyId}/{scope}", keepSlashes: false);
        var token = target.SessionToken is { } secret ? $"&X-Amz-Security-Token={PercentEncoding.Encode(secret.Reveal(), keepSlashes: false)}" : "";
        Origin = Encoding.ASCII.GetBytes(address.Origin);
        PathPrefix = Encoding.ASCII.GetBytes(address.PathPrefix);
        QueryUpToLife = Encoding.ASCII.GetBytes($"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={time}&X-Amz-Expires=");
        QueryAfterLife = Encoding.ASCII.GetBytes($"{token}&X-Amz-SignedHeaders=host");
        CanonicalEnd = Encoding.ASCII.GetBytes($"\nhost:{address.Host}\n\nhost\nUNSIGNED-PAYLOAD");
        StringToSignStart = Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{time}\n{scope}\n");
        Length = Origin.Length + PathPrefix.Length + QueryUpToLife.Length + QueryAfterLife.Length + CanonicalEnd.Length + StringToSignStart.Length;
    }

    /// <summary>Start of the URL.</summary>
    public byte[] Origin { get; }

    /// <summary>Encoded path from there to the object key.</summary>
    public byte[] PathPrefix { get; }

    /// <summary>The query up to the value of <c>X-Amz-Expires</c>.</summary>
    public byte[] QueryUpToLife { get; }

    /// <summary>The signed query after that value.</summary>
    public byte[] QueryAfterLife { get; }

    /// <summary>The canonical request after its query.</summary>
    public byte[] CanonicalEnd { get; }

    /// <summary>The string to sign up to the hash of the canonical request.</summary>
    public byte[] StringToSignStart { get; }

    /// <summary>Key of the final HMAC.</summary>
    public byte[] Key => _key.Bytes;

    /// <summary>Length of all parts together.</summary>
    public int Length { get; }

    /// <summary>Whether this stamp is for the target and signing time.</summary>
    public bool IsFor(PresignTarget target, DateTimeOffset signedAt) => ReferenceEquals(_target, target) && _signedAt == signedAt;
}
