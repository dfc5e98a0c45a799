using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// Writes and removes assets. Bytes are completed under a temporary name and published by one rename. Each change of a key holds the key's lock, and the
/// asset and its sidecar change in the order that <see cref="SidecarDirectory"/> gives.
/// </summary>
internal sealed class LocalAssetPublisher(
    LocalAssetPaths paths, StagingArea staging, SidecarDirectory sidecars, LocalAssetLocks locks, LocalAssetFolders folders, LocalAssetReader reader)
{
    /// <summary>Writes the content to a temporary file and flushes it.</summary>
    /// <exception cref="InvalidDataException">Length or hash differ from what was announced.</exception>
    public async Task<StagedFile> StageAsync(AssetContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenAsync(cancellationToken);
        StagedFile? staged;
        try
        {
            staged = await staging.StageAsync(stream, content.Length, LocalAssetFault.CannotWrite, cancellationToken);
        }
        catch (LocalStorageException error)
        {
            throw LocalAssetFault.Translate(error);
        }

        if (staged is not null && staged.SizeBytes == content.Length && staged.Sha256 == content.Sha256)
        {
            return staged;
        }

        staged?.Dispose();
        throw new InvalidDataException("Length or hash of the content differ from what was announced.");
    }

    /// <summary>Whether a folder and the asset would have the same name.</summary>
    public bool IsNameTaken(AssetKey key) => folders.IsNameTaken(paths.Resolve(key));

    /// <summary>Publishes the file at a key that is free, or whose file had these bytes and is damaged.</summary>
    /// <returns><c>false</c> when the key is not free.</returns>
    public async Task<bool> TryPublishAsync(AssetKey key, AssetContent content, StagedFile staged, CancellationToken cancellationToken)
    {
        var path = paths.Resolve(key);
        var fingerprint = LocalAssetPaths.Fingerprint(key);
        using var held = await locks.AcquireAsync(fingerprint, cancellationToken);
        var isLost = await reader.FindLostUnderLockAsync(key, cancellationToken) == content.Sha256;
        cancellationToken.ThrowIfCancellationRequested();
        return LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () =>
        {
            if (Path.Exists(path) && !isLost)
            {
                return false;
            }

            sidecars.Write(fingerprint, Sidecar(key, content));
            return staged.TryPublish(path, (from, to) => folders.TryMove(from, to, overwrite: isLost), DurableRename.FlushDirectory);
        });
    }

    /// <summary>Publishes the file in place of the asset in the expected state. The tag of an asset is its hash.</summary>
    /// <returns><c>false</c> when the asset is in another state.</returns>
    public async Task<bool> TryReplaceAsync(
        AssetKey key, AssetContent content, StagedFile staged, AssetTag expected, CancellationToken cancellationToken)
    {
        var path = paths.Resolve(key);
        var fingerprint = LocalAssetPaths.Fingerprint(key);
        using var held = await locks.AcquireAsync(fingerprint, cancellationToken);
        var existing = await reader.FindAsync(key, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (expected != AssetTag.Unknown && expected != (existing is null ? AssetTag.Absent : AssetTag.Of(existing.Sha256?.ToString())))
        {
            return false;
        }

        return LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () =>
        {
            var sidecar = Sidecar(key, content);
            var previous = existing is null ? null : new LocalAssetSidecar(key.Value, existing.Length, existing.MediaType, existing.Sha256?.ToString());
            if (folders.IsNameTaken(path))
            {
                throw NameTaken();
            }

            sidecars.Write(fingerprint, sidecar with { Previous = previous });
            if (!folders.TryMove(staged.Path, path, overwrite: true))
            {
                throw NameTaken();
            }

            staged.MarkPublished();
            DurableRename.FlushDirectory(Path.GetDirectoryName(path)!);
            TrySettle(fingerprint, sidecar, previous);
            return true;
        });
    }

    /// <summary>Removes the asset, if there is one, and folders that are empty then.</summary>
    public async Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var path = paths.Resolve(key);
        var fingerprint = LocalAssetPaths.Fingerprint(key);
        using var held = await locks.AcquireAsync(fingerprint, cancellationToken);
        _ = LocalAssetFault.Guard("The asset could not be removed from the local store", () => locks.IfPresent(() =>
        {
            if (!File.GetAttributes(path).HasFlag(FileAttributes.Directory))
            {
                File.Delete(path);
                sidecars.Remove(fingerprint);
                reader.Forget(key);
                folders.Leave(Path.GetDirectoryName(path)!);
            }

            return key;
        }));
    }

    private static LocalAssetSidecar Sidecar(AssetKey key, AssetContent content) =>
        new(key.Value, content.Length, content.MediaType, content.Sha256.ToString());

    private static AssetStoreUnavailableException NameTaken() =>
        new("A folder and an asset have the same name in the local store.", AssetStoreFault.Rejected);

    private void TrySettle(byte[] fingerprint, LocalAssetSidecar sidecar, LocalAssetSidecar? previous)
    {
        try
        {
            if (previous is not null)
            {
                sidecars.Write(fingerprint, sidecar);
            }
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // The replacement is done; the sidecar that describes both assets is only slower to read. Not logged: nothing is lost, and a disk that stays
            // full or read-only fails the next write with an error.
        }
    }
}
