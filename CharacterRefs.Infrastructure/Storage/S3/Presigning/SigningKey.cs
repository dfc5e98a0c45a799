namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>The signing key of one day, region and secret (AWS, "Calculate a signature": four HMACs, which cost more than the rest of a URL).</summary>
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

    /// <summary>The key for a target and day; reuses the previous one when it is for the same.</summary>
    public static SigningKey For(PresignTarget target, string day, SigningKey? previous)
    {
        var secret = target.SecretAccessKey.Reveal();
        return previous is not null && previous._day == day && previous._region == target.Region && previous._secret == secret
            ? previous
            : new SigningKey(secret, target.Region, day);
    }
}
