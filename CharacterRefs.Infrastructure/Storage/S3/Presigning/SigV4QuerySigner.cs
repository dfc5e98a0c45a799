using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>
/// Signs reading URLs for S3 (AWS, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"). AWSSDK takes no signing time, so its
/// URL differs each second and defeats every cache; and it derives the key and evaluates its endpoint rules anew for each.
/// </summary>
internal sealed class SigV4QuerySigner(PresigningOptions options, TimeProvider clock)
{
    private const int HashBytes = 32;
    // The signature and the hash in hexadecimal, names of parameters, the number and separators.
    private const int Spare = 512;

    private SigningStamp? _latest;

    /// <summary>A URL that is the same for everyone within a window and lives at least as long as asked.</summary>
    /// <param name="target">Bucket and credentials; the same object from call to call saves work.</param>
    /// <param name="method">What it allows.</param>
    /// <param name="key">The object's key, not encoded, without leading slash and dot segments, which HTTP clients rewrite.</param>
    /// <param name="lifetime">How long it must work from now on: one second to seven days.</param>
    /// <param name="overrides">Headers to answer with.</param>
    /// <exception cref="ArgumentException">The key is not valid Unicode, or the lifetime is out of bounds.</exception>
    public PresignedUrl Sign(PresignTarget target, PresignedMethod method, string key, TimeSpan lifetime, ResponseOverrides? overrides = null)
    {
        var window = SigningWindow.At(clock.GetUtcNow(), lifetime, options.Window);
        return new PresignedUrl(Sign(target, method, key, window, overrides), window.ExpiresAt);
    }

    /// <summary>The core: a URL for exactly that signing time and life.</summary>
    public string Sign(PresignTarget target, PresignedMethod method, string key, SigningWindow window, ResponseOverrides? overrides)
    {
        var stamp = StampFor(target, window.SignedAt);
        var verb = method == PresignedMethod.Head ? "HEAD\n"u8 : "GET\n"u8;
        var chars = key.Length + (overrides?.ContentDisposition?.Length ?? 0) + (overrides?.ContentType?.Length ?? 0);
        var buffer = ArrayPool<byte>.Shared.Rent(stamp.Length + Spare + (chars * PercentEncoding.MaxBytesPerChar));
        try
        {
            // URL and canonical request share path and query, so both are made in one place: what differs is written over.
            var writer = new ByteWriter(buffer);
            writer.Write(stamp.Origin);
            var start = writer.Length - verb.Length;
            verb.CopyTo(buffer.AsSpan(start));
            writer.Write(stamp.PathPrefix);
            writer.WriteEncoded(key, keepSlashes: true);
            var pathEnd = writer.Length;
            writer.Write("\n"u8);
            WriteQuery(ref writer, stamp, window.LifeSeconds, overrides);
            var queryEnd = writer.Length;
            writer.Write(stamp.CanonicalEnd);
            Span<byte> hash = stackalloc byte[HashBytes];
            SHA256.HashData(writer.Written[start..], hash);

            writer.Rewind(queryEnd);
            writer.Write(stamp.StringToSignStart);
            writer.WriteHex(hash);
            HMACSHA256.HashData(stamp.Key, writer.Written[queryEnd..], hash);

            writer.Rewind(queryEnd);
            writer.Write("&X-Amz-Signature="u8);
            writer.WriteHex(hash);
            stamp.Origin.CopyTo(buffer, 0);
            buffer[pathEnd] = (byte)'?';
            return Encoding.ASCII.GetString(writer.Written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Parameters in the order of their names, as the canonical request wants them; the names are fixed, so nothing is left to sort.
    private static void WriteQuery(ref ByteWriter writer, SigningStamp stamp, int lifeSeconds, ResponseOverrides? overrides)
    {
        writer.Write(stamp.QueryUpToLife);
        writer.WriteNumber(lifeSeconds);
        writer.Write(stamp.QueryAfterLife);
        if (overrides?.ContentDisposition is { } disposition)
        {
            writer.Write("&response-content-disposition="u8);
            writer.WriteEncoded(disposition, keepSlashes: false);
        }

        if (overrides?.ContentType is { } type)
        {
            writer.Write("&response-content-type="u8);
            writer.WriteEncoded(type, keepSlashes: false);
        }
    }

    // Threads may make the same stamp at once; each is complete before it is seen, and the last one stays.
    private SigningStamp StampFor(PresignTarget target, DateTimeOffset signedAt)
    {
        var latest = Volatile.Read(ref _latest);
        if (latest is null || !latest.IsFor(target, signedAt))
        {
            latest = new SigningStamp(target, signedAt, latest);
            Volatile.Write(ref _latest, latest);
        }

        return latest;
    }
}
