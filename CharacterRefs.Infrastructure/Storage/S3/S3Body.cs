using System.Buffers;
using System.Security.Cryptography;
using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>
/// Reads content piece by piece into memory, hashing on the way. Each attempt to send a piece reads it from memory: the source is read once, whether it
/// can seek or not, and what is sent is what was hashed.
/// </summary>
internal sealed class S3Body(AssetContent content, Stream source) : IAsyncDisposable
{
    // Not the shared pool, which keeps a buffer of each size for every thread that ever gave one back: with parts of 8 MiB that is hundreds of megabytes.
    private static readonly ArrayPool<byte> s_pool = ArrayPool<byte>.Create(maxArrayLength: 16 << 20, maxArraysPerBucket: 8);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    /// <summary>Opens the content.</summary>
    public static async Task<S3Body> OpenAsync(AssetContent content, CancellationToken cancellationToken) =>
        new(content, await content.OpenAsync(cancellationToken));

    /// <summary>Gives a buffer back that nobody reads any more.</summary>
    public static void Return(byte[] buffer) => s_pool.Return(buffer);

    /// <summary>Takes the next bytes into a buffer that <see cref="Return"/> takes back.</summary>
    /// <param name="size">How many at most; fewer when the content ends.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidDataException">The content is shorter than announced, or at its end not what was announced.</exception>
    public async Task<(byte[] Buffer, int Length)> ReadAsync(long size, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(size, content.Length - _position);
        var buffer = s_pool.Rent(Math.Max(1, length));
        if (await source.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length)
        {
            throw Changed();
        }

        _hash.AppendData(buffer, 0, length);
        _position += length;
        if (_position == content.Length)
        {
            await ConfirmAsync(cancellationToken);
        }

        return (buffer, length);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await source.DisposeAsync();
    }

    private static InvalidDataException Changed() => new("The content has not the length or the hash that was announced.");

    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (await source.ReadAsync(new byte[1], cancellationToken) != 0 || ContentHash.FromDigest(_hash.GetHashAndReset()) != content.Sha256)
        {
            throw Changed();
        }
    }
}
