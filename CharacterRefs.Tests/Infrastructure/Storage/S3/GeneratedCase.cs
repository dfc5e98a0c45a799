using System.Text;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Something to sign, from a seeded generator.</summary>
internal sealed record GeneratedCase(PresignTarget Target, string Key, DateTimeOffset Now, int Seconds, ResponseOverrides? Overrides)
{
    private const int MaxKeyBytes = 1024;

    private static readonly string[] s_pieces =
    [
        "a", "Z", "9", "-", ".", "_", "~", "/", "/", " ", "  ", "+", "&", "?", "#", "%", "%2F", "%7e", "(", ")", "'", "\"", "!", "*", ":", ";", ",", "=",
        "@", "$", "[", "]", "{", "}", "|", "\\", "^", "`", "<", ">", "é", "ß", "漢字", "\u0416", "😀", "\u00a0", "e\u0301",
        "\u0001", "\t", "character_references", ".png",
    ];

    private static readonly string[] s_hosts =
        ["localhost", "storage.example.com", "S3.Example.com", "s3.eu-central-1.amazonaws.com", "127.0.0.1", "[::1]", "minio"];

    private static readonly string[] s_ports = ["", ":80", ":443", ":9000"];

    // None ends with a slash beyond the root: the SDK doubles it.
    private static readonly string[] s_basePaths = ["", "/", "/s3", "/gate-way/v1.0_~"];

    private static readonly string[] s_buckets = ["images", "my-images-01", "my.images", "Images_2", "ab", "-images", "images-"];

    private static readonly string[] s_regions = ["us-east-1", "eu-central-1", "ap-southeast-2", "garage", "r", "us-gov-west-1"];

    public static GeneratedCase Generate(Random random) => new(
        new PresignTarget
        {
            Endpoint = new Uri($"{(random.Next(2) == 0 ? "http" : "https")}://{OneOf(random, s_hosts)}{OneOf(random, s_ports)}{OneOf(random, s_basePaths)}"),
            ForcePathStyle = random.Next(2) == 0,
            Bucket = OneOf(random, s_buckets),
            Region = OneOf(random, s_regions),
            AccessKeyId = "AK" + Base64(random, 15).Replace("/", "A", StringComparison.Ordinal).Replace("+", "B", StringComparison.Ordinal),
            SecretAccessKey = new Secret(Base64(random, 30)),
            SessionToken = random.Next(2) == 0 ? null : new Secret(Base64(random, random.Next(1, 900))),
        },
        GenerateKey(random),
        new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(0, 3_155_760_000)),
        random.Next(4) switch { 0 => random.Next(1, 100), 1 => 604_800, _ => random.Next(1, 604_801) },
        random.Next(3) > 0 ? null : new ResponseOverrides
        {
            ContentDisposition = GenerateHeader(random, "inline; filename="),
            ContentType = GenerateHeader(random, "image/"),
        });

    private static string GenerateKey(Random random)
    {
        while (true)
        {
            var text = new StringBuilder();
            for (var pieces = random.Next(8) == 0 ? random.Next(1, 400) : random.Next(1, 20); pieces > 0; pieces--)
            {
                text.Append(OneOf(random, s_pieces));
            }

            var key = text.ToString();
            // HTTP clients resolve dot segments, so no such key can be requested.
            if (key[0] != '/' && !key.Split('/').Any(segment => segment is "." or "..") && Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes)
            {
                return key;
            }
        }
    }

    private static string? GenerateHeader(Random random, string start) => random.Next(4) == 0 ? null : $"{start}\"{OneOf(random, s_pieces)}{random.Next()}\"";

    private static string Base64(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static string OneOf(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
