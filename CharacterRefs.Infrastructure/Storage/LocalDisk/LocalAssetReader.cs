using System.Security.Cryptography;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
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

    private readonly VerifiedFiles<AssetKey> _verified = new();

    // Large files take long: a client that leaves must not make the next one start again.
    private readonly SingleFlight<AssetKey, bool> _verifications = new(isAbandonable: false);

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

    /// <inheritdoc cref="IAssetStore.IsDamagedAsync"/>
    public Task<bool> IsDamagedAsync(AssetKey key, CancellationToken cancellationToken) =>
        _verifications.RunAsync(key, token => VerifyAsync(key, token), cancellationToken);

    /// <summary>Forgets an asset that was removed.</summary>
    public void Forget(AssetKey key) => _verified.Remove(key);

    private async Task<bool> VerifyAsync(AssetKey key, CancellationToken cancellationToken)
    {
        if (await OpenAsync(key, cancellationToken) is not var (file, metadata, isOfOtherLength))
        {
            return false;
        }

        await using var open = file;
        if (metadata.Sha256 is not { } recorded)
        {
            return isOfOtherLength;
        }

        var found = new LocalFile(file.Name, metadata.Length, metadata.LastModified) { Number = LinuxStat.InodeOf(file.Name) };
        if (_verified.Find(key, found) == recorded)
        {
            return false;
        }

        if (await HashAsync(file, cancellationToken) != recorded)
        {
            return true;
        }

        _verified.Add(key, found, recorded);
        return false;
    }

    /// <returns>The file, which the caller disposes, what is known of it, and whether its sidecar names another length; <c>null</c> without a file.</returns>
    private async Task<(FileStream File, AssetMetadata Metadata, bool IsOfOtherLength)?> OpenAsync(AssetKey key, CancellationToken cancellationToken)
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
                var (metadata, isOfOtherLength) = await DescribeAsync(key, file, sidecar, cancellationToken);
                isDescribed = sidecar == ReadSidecar(fingerprint);
                if (isDescribed)
                {
                    file.Position = 0;
                    return (file, metadata, isOfOtherLength);
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

    private static async Task<(AssetMetadata Metadata, bool IsOfOtherLength)> DescribeAsync(
        AssetKey key, FileStream file, LocalAssetSidecar? sidecar, CancellationToken cancellationToken)
    {
        try
        {
            var found = sidecar is null ? null : await sidecar.MatchAsync(file.Length, () => HashAsync(file, cancellationToken));
            var metadata = new AssetMetadata(
                key,
                file.Length,
                found?.MediaType ?? UnknownMediaType,
                found?.Hash,
                new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle), TimeSpan.Zero));
            return (metadata, sidecar is not null && found is null);
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
