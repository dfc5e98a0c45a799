using System.Globalization;
using System.Text;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>What all URLs of one target and signing time have in common, as bytes ready to be copied.</summary>
internal sealed class SigningStamp
{
    private readonly PresignTarget _target;
    private readonly DateTimeOffset _signedAt;
    private readonly SigningKey _key;

    /// <summary>Makes it; the stamp before it lends its key when that still holds.</summary>
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

    /// <summary>How the URL begins.</summary>
    public byte[] Origin { get; }

    /// <summary>From there to the key.</summary>
    public byte[] PathPrefix { get; }

    /// <summary>The query up to the value of <c>X-Amz-Expires</c>.</summary>
    public byte[] QueryUpToLife { get; }

    /// <summary>The signed query behind that value.</summary>
    public byte[] QueryAfterLife { get; }

    /// <summary>The canonical request behind its query.</summary>
    public byte[] CanonicalEnd { get; }

    /// <summary>The string to sign up to the hash of the canonical request.</summary>
    public byte[] StringToSignStart { get; }

    /// <summary>What the final HMAC is keyed with.</summary>
    public byte[] Key => _key.Bytes;

    /// <summary>All parts together.</summary>
    public int Length { get; }

    /// <summary>Whether this is the stamp for that.</summary>
    public bool IsFor(PresignTarget target, DateTimeOffset signedAt) => ReferenceEquals(_target, target) && _signedAt == signedAt;
}
