using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>Opens an asset together with the sidecar that describes it, without a lock; <see cref="LocalAssetSidecars"/> says how.</summary>
internal sealed class LocalAssetReader(LocalAssetPaths paths, LocalAssetSidecars sidecars, LocalAssetLocks locks)
{
    private const string UnknownMediaType = "application/octet-stream";
    private const int BufferBytes = 128 * 1024;
    private const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;

    // Then a reader takes the lock, so that a writer without a pause does not block it for ever.
    private const int AttemptsWithoutLock = 10;

    /// <inheritdoc cref="IAssetStore.OpenReadAsync"/>
    public async Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        var path = paths.Resolve(key);
        var fingerprint = LocalAssetPaths.Fingerprint(key);
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var held = attempt > AttemptsWithoutLock ? await locks.AcquireAsync(fingerprint, cancellationToken) : null;
            var sidecar = ReadSidecar(fingerprint);
            if (OpenFile(path) is not { } file)
            {
                return null;
            }

            try
            {
                var metadata = await DescribeAsync(key, file, sidecar, cancellationToken);
                if (sidecar == ReadSidecar(fingerprint))
                {
                    var length = range?.Within(metadata.Length) ?? metadata.Length;
                    file.Position = length > 0 ? range?.Offset ?? 0 : 0;
                    var content = new AssetStream(file, length, Timeout.InfiniteTimeSpan, LocalAssetFault.OfReading);
                    file = null;
                    return new OpenAsset(metadata, content, length) { Tag = AssetTag.Of(metadata.Sha256?.ToString()) };
                }
            }
            finally
            {
                await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    /// <inheritdoc cref="IAssetStore.FindAsync"/>
    public async Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await OpenReadAsync(key, null, cancellationToken);
        return asset?.Metadata;
    }

    private LocalAssetSidecar? ReadSidecar(byte[] fingerprint) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => sidecars.Read(fingerprint));

    /// <returns><c>null</c> when there is no file; a folder is none, nor is a pipe, a socket or a device.</returns>
    private FileStream? OpenFile(string path) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => locks.IfPresent(() =>
        File.GetAttributes(path).HasFlag(FileAttributes.Directory) || LinuxStat.IsSpecial(path)
            ? null
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, Options)));

    private static async Task<AssetMetadata> DescribeAsync(AssetKey key, FileStream file, LocalAssetSidecar? sidecar, CancellationToken cancellationToken)
    {
        try
        {
            var found = sidecar is null ? null : await sidecar.MatchAsync(file.Length, HashAsync);
            return new AssetMetadata(
                key,
                file.Length,
                found?.MediaType ?? UnknownMediaType,
                found?.Hash,
                new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle), TimeSpan.Zero));
        }
        catch (Exception error) when (LocalAssetFault.OfReading(error) is { } translated)
        {
            throw translated;
        }

        async Task<ContentHash> HashAsync() => ContentHash.FromDigest(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
