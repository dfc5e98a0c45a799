using System.Collections.Concurrent;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>Opens an asset together with the sidecar that describes it, without a lock; <see cref="SidecarDirectory"/> says how.</summary>
internal sealed class LocalAssetReader(LocalAssetPaths paths, SidecarDirectory sidecars, LocalAssetLocks locks)
{
    private const string UnknownMediaType = "application/octet-stream";
    private const int BufferBytes = 128 * 1024;
    private const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;

    // Then a reader takes the lock, so that a writer without a pause does not block it for ever.
    private const int AttemptsWithoutLock = 10;

    private readonly VerifiedFiles<AssetKey> _verified = new();
    private readonly ConcurrentDictionary<AssetKey, LocalFile> _damaged = new();

    // Large files take long: a client that leaves must not make the next one start again.
    private readonly SingleFlight<AssetKey, ContentHash?> _verifications = new(isAbandonable: false);

    /// <inheritdoc cref="IAssetStore.OpenReadAsync"/>
    public async Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        if (await OpenAsync(key, cancellationToken) is not var (file, metadata, _))
        {
            return null;
        }

        var length = range?.Within(metadata.Length) ?? metadata.Length;
        file.Position = length > 0 ? range?.Offset ?? 0 : 0;
        var content = new AssetStream(file, length, Timeout.InfiniteTimeSpan, LocalAssetFault.OfReading);
        return new OpenAsset(metadata, content, length) { Tag = AssetTag.Of(metadata.Sha256?.ToString()) };
    }

    /// <inheritdoc cref="IAssetStore.FindAsync"/>
    public async Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await OpenReadAsync(key, null, cancellationToken);
        return asset?.Metadata;
    }

    /// <inheritdoc cref="IAssetStore.Damaged"/>
    public IReadOnlyCollection<AssetKey> Damaged => [.. _damaged.Where(known => Stat(known.Value.FullPath) == known.Value).Select(known => known.Key)];

    /// <summary>Compares the bytes of an asset with its sidecar; they are read once, and again after the file has changed.</summary>
    /// <returns>The hash of the sidecar when they are others; <c>null</c> when they are right or not recorded, or without an asset.</returns>
    public Task<ContentHash?> FindLostAsync(AssetKey key, CancellationToken cancellationToken) =>
        _verifications.RunAsync(key, token => VerifyAsync(key, token), cancellationToken);

    /// <summary>The same, for a writer that holds the key's lock: it waits for no other reader, who may wait for the lock.</summary>
    public Task<ContentHash?> FindLostUnderLockAsync(AssetKey key, CancellationToken cancellationToken) => VerifyAsync(key, cancellationToken);

    /// <summary>Forgets an asset that was removed, or that is to be read again.</summary>
    public void Forget(AssetKey key) => _verified.Remove(key);

    private static LocalFile? Stat(string path) => new FileInfo(path) is { Exists: true } file
        ? new LocalFile(path, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) { Number = NumberOf(path) }
        : null;

    private static ulong NumberOf(string path) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => LinuxStat.InodeOf(path));

    private async Task<ContentHash?> VerifyAsync(AssetKey key, CancellationToken cancellationToken)
    {
        if (await OpenAsync(key, cancellationToken) is not var (file, metadata, recorded))
        {
            _damaged.TryRemove(key, out _);
            return null;
        }

        await using var open = file;
        var found = new LocalFile(file.Name, metadata.Length, metadata.LastModified) { Number = NumberOf(file.Name) };
        if (recorded is { } hash && _verified.Find(key, found) != hash)
        {
            if (metadata.Sha256 is null || await HashAsync(file, cancellationToken) != hash)
            {
                _damaged[key] = found;
                return hash;
            }

            _verified.Add(key, found, hash);
        }

        _damaged.TryRemove(key, out _);
        return null;
    }

    /// <returns>
    /// The file, which the caller disposes, what is known of it, and the hash in its sidecar, which the metadata of a file of another length do not have;
    /// <c>null</c> without a file.
    /// </returns>
    private async Task<(FileStream File, AssetMetadata Metadata, ContentHash? Recorded)?> OpenAsync(AssetKey key, CancellationToken cancellationToken)
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

            var isDescribed = false;
            try
            {
                var metadata = await DescribeAsync(key, file, sidecar, cancellationToken);
                isDescribed = sidecar == ReadSidecar(fingerprint);
                if (isDescribed)
                {
                    file.Position = 0;
                    return (file, metadata, metadata.Sha256 ?? sidecar?.Hash);
                }
            }
            finally
            {
                await (isDescribed ? ValueTask.CompletedTask : file.DisposeAsync());
            }
        }
    }

    private LocalAssetSidecar? ReadSidecar(byte[] fingerprint) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => sidecars.Read(fingerprint));

    /// <returns><c>null</c> when there is no file; a folder is none, nor is a pipe, a socket or a device.</returns>
    private FileStream? OpenFile(string path) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => locks.IfPresent(() =>
        File.GetAttributes(path).HasFlag(FileAttributes.Directory) || LinuxStat.IsSpecial(path)
            ? null
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, Options)));

    private static async Task<AssetMetadata> DescribeAsync(
        AssetKey key, FileStream file, LocalAssetSidecar? sidecar, CancellationToken cancellationToken)
    {
        try
        {
            var found = sidecar is null ? null : await sidecar.MatchAsync(file.Length, () => HashAsync(file, cancellationToken));
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
    }

    private static async Task<ContentHash> HashAsync(FileStream file, CancellationToken cancellationToken)
    {
        try
        {
            return ContentHash.FromDigest(await SHA256.HashDataAsync(file, cancellationToken));
        }
        catch (Exception error) when (LocalAssetFault.OfReading(error) is { } translated)
        {
            throw translated;
        }
    }
}
