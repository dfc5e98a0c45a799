using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CharacterRefs.Application.Webhooks;

/// <summary>
/// Signs and verifies webhooks by the Standard Webhooks scheme (standardwebhooks.com), which Replicate uses too: HMAC-SHA256 over
/// <c>{id}.{timestamp}.{body}</c> with the bytes behind <c>whsec_</c>. It works on the raw bytes of the body: JSON that was parsed and written again
/// has another signature.
/// </summary>
public sealed class StandardWebhook
{
    /// <summary>The header with the id of the message, the same for every attempt.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of the attempt in Unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with one signature or several, separated by spaces: while a secret is rotated a message carries one of each secret.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The largest difference between the timestamp and now, in the past or the future.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    // The scheme requires 24 to 64 bytes; Replicate's test secret has 24.
    private const int MinKeyBytes = 24;
    private const int MaxKeyBytes = 64;

    // More than any sender needs; limits the work that a forged header causes.
    private const int MaxSignatures = 16;

    private readonly byte[] _key;

    private StandardWebhook(byte[] key) => _key = key;

    /// <summary>Reads <c>whsec_</c> with 24 to 64 bytes in base64; <c>null</c> when it is anything else.</summary>
    public static StandardWebhook? Parse(string? secret)
    {
        if (secret is null || !secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var text = secret.AsSpan(SecretPrefix.Length);
        Span<byte> key = stackalloc byte[MaxKeyBytes];
        return Convert.TryFromBase64Chars(text, key, out var length) && length >= MinKeyBytes ? new StandardWebhook(key[..length].ToArray()) : null;
    }

    /// <summary>The value of <see cref="TimestampHeader"/>.</summary>
    public static string TimestampOf(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The value of <see cref="SignatureHeader"/> for a message with this id, timestamp header and body.</summary>
    public string Sign(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(id, timestamp, body, signature);
        return Version + Convert.ToBase64String(signature);
    }

    /// <summary>Whether a secret can exist with which <see cref="Verify"/> is true: every header is there, and the timestamp is near enough.</summary>
    public static bool CanVerify(
        [NotNullWhen(true)] string? id, [NotNullWhen(true)] string? timestamp, [NotNullWhen(true)] string? signatures, DateTimeOffset now) =>
        // The scheme has no dot in an id: with one, id and timestamp could be separated at another place.
        !string.IsNullOrEmpty(id) && !id.Contains('.', StringComparison.Ordinal) && signatures?.Contains(Version, StringComparison.Ordinal) is true
        && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) <= (decimal)Tolerance.TotalSeconds;

    /// <summary>
    /// Whether the message was signed with this secret and its timestamp is within <see cref="Tolerance"/> of <paramref name="now"/>. Headers that are missing
    /// are passed as <c>null</c>. It does not detect a repeated message; compare the ids.
    /// </summary>
    public bool Verify(string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!CanVerify(id, timestamp, signatures, now))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(id, timestamp, body, expected);
        var isValid = false;
        var count = 0;
        foreach (var range in signatures.AsSpan().Split(' '))
        {
            var entry = signatures.AsSpan(range);
            if (++count > MaxSignatures)
            {
                break;
            }

            if (entry.StartsWith(Version, StringComparison.Ordinal)
                && Convert.TryFromBase64Chars(entry[Version.Length..], given, out var length) && length == given.Length)
            {
                isValid |= CryptographicOperations.FixedTimeEquals(given, expected);
            }
        }

        return isValid;
    }

    /// <summary>Names no secret.</summary>
    public override string ToString() => SecretPrefix + "…";

    private void Compute(string id, string timestamp, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        hmac.GetHashAndReset(signature);
    }
}
