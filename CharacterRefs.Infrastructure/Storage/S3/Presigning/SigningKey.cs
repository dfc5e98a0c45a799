using System.Security.Cryptography;
using System.Text;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>The key of one day, region and secret (AWS, "Calculate a signature": four HMACs, which cost more than all the rest of a URL).</summary>
internal sealed class SigningKey
{
    private readonly string _secret;
    private readonly string _region;
    private readonly string _day;

    private SigningKey(string secret, string region, string day)
    {
        _secret = secret;
        _region = region;
        _day = day;
        var dayKey = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(day));
        var regionKey = HMACSHA256.HashData(dayKey, Encoding.UTF8.GetBytes(region));
        Bytes = HMACSHA256.HashData(HMACSHA256.HashData(regionKey, "s3"u8), "aws4_request"u8);
    }

    /// <summary>The key.</summary>
    public byte[] Bytes { get; }

    /// <summary>The key for a target and day: the one at hand when it is for them.</summary>
    public static SigningKey For(PresignTarget target, string day, SigningKey? atHand)
    {
        var secret = target.SecretAccessKey.Reveal();
        return atHand is not null && atHand._day == day && atHand._region == target.Region && atHand._secret == secret
            ? atHand
            : new SigningKey(secret, target.Region, day);
    }
}
