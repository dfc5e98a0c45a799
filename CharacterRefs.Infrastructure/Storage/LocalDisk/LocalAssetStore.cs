using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// A store that is a directory, <c>{DATA_ROOT}/storage</c>: each asset is the file that its key names. Bytes are completed under a temporary name and
/// appear by one rename that cannot overwrite.
/// </summary>
internal sealed class LocalAssetStore : IAssetStore
{
    private const string UnknownMediaType = "application/octet-stream";
    private const int BufferBytes = 128 * 1024;
    private const int NotThere = 2;
    private const int PublishAttempts = 5;

    private readonly LocalAssetPaths _paths;
    private readonly StagingArea _staging;
    private readonly LocalAssetSidecars _sidecars;
    private readonly LocalAssetLocks _locks;

    /// <exception cref="AssetStoreUnavailableException">The directory cannot be made or written to.</exception>
    public LocalAssetStore(DataRootOptions options)
    {
        _paths = new LocalAssetPaths(options.Path);
        _staging = new StagingArea(Path.Join(_paths.Bookkeeping, "staging"));
        _sidecars = new LocalAssetSidecars(Path.Join(_paths.Bookkeeping, "sidecars"), _staging);
        _locks = LocalAssetFault.Guard("The local store in the directory that DATA_ROOT names cannot be written to", () =>
        {
            StagedFile.Discard(_staging.Create());
            _staging.RemoveAbandoned();
            return new LocalAssetLocks(Path.Join(_paths.Bookkeeping, "locks"));
        });
    }

    /// <inheritdoc/>
    public async Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        // Looked at before anything is copied, because saving again what is there is common; decided below, under the lock.
        if (await CompareAsync(key, content, cancellationToken) is { } known)
        {
            return known;
        }

        using var staged = await StageAsync(content, cancellationToken);
        while (true)
        {
            if (await TryPublishAsync(key, content, staged, cancellationToken))
            {
                return SaveOutcome.Stored;
            }

            if (await CompareAsync(key, content, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <inheritdoc/>
    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.Resolve(key);
        return Task.FromResult(LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => IfThere(() =>
        {
            if (File.GetAttributes(path).HasFlag(FileAttributes.Directory))
            {
                return null;
            }

            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var metadata = Describe(key, file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
            var length = range?.Within(metadata.Length) ?? metadata.Length;
            file.Position = length > 0 ? range?.Offset ?? 0 : 0;
            return new OpenAsset(metadata, new AssetStream(file, length, Timeout.InfiniteTimeSpan, LocalAssetFault.OfReading), length);
        })));
    }

    /// <inheritdoc/>
    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.Resolve(key);
        return Task.FromResult(LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => IfThere(() =>
        {
            // GetAttributes tells absent from unreachable, which FileInfo.Exists does not.
            var isFolder = File.GetAttributes(path).HasFlag(FileAttributes.Directory);
            var file = new FileInfo(path);
            return isFolder ? null : Describe(key, file.Length, file.LastWriteTimeUtc);
        })));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Through the resolver, so that a listing follows no link either.
        var start = AssetKey.TryParse(prefix.Value.TrimEnd('/'), out var folder) ? _paths.Resolve(folder) : _paths.Root;
        var pending = new Stack<Queue<(string Key, FileSystemInfo Info)>>();
        pending.Push(new(Children(start, prefix.Value)));
        while (pending.TryPeek(out var children))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!children.TryDequeue(out var child))
            {
                pending.Pop();
            }
            else if (child.Info is DirectoryInfo directory)
            {
                pending.Push(new(Children(directory.FullName, child.Key)));
            }
            else if (child.Info is FileInfo file && AssetKey.TryParse(child.Key, out var key))
            {
                yield return new AssetEntry(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
            }
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        // A copy of the bytes, not a second name for them: damage to one must not be damage to both.
        if (await FindAsync(from, cancellationToken) is not { } source
            || (source.Sha256 ?? await AssetIdentity.HashAsync(this, from, cancellationToken)) is not { } sha256)
        {
            return null;
        }

        try
        {
            return await SaveAsync(to, new AssetContent(source.Length, source.MediaType, sha256, OpenAsync), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException error)
        {
            throw new AssetStoreUnavailableException("The bytes in the local store are not those that were stored.", AssetStoreFault.Refused, inner: error);
        }

        async ValueTask<Stream> OpenAsync(CancellationToken cancellation) =>
            (await OpenReadAsync(from, null, cancellation))?.Content ?? throw new FileNotFoundException("The source of a copy was removed.");
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var path = _paths.Resolve(key);
        var fingerprint = Fingerprint(key);
        using var turn = await _locks.AcquireAsync(fingerprint, cancellationToken);
        _ = LocalAssetFault.Guard("The asset could not be removed from the local store", () => IfThere(() =>
        {
            if (!File.GetAttributes(path).HasFlag(FileAttributes.Directory))
            {
                File.Delete(path);
                _sidecars.Remove(fingerprint);
                DurableRename.FlushDirectory(Path.GetDirectoryName(path)!);
                RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            }

            return key;
        }));
    }

    private static byte[] Fingerprint(AssetKey key) => SHA256.HashData(Encoding.UTF8.GetBytes(key.Value));

    private async Task<StagedFile> StageAsync(AssetContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenAsync(cancellationToken);
        StagedFile? staged;
        try
        {
            staged = await _staging.StageAsync(stream, content.Length, LocalAssetFault.CannotWrite, cancellationToken);
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
        throw new InvalidDataException("The content has not the length or the hash that was announced.");
    }

    /// <summary>How a save ends when something stands under the key; <c>null</c> when nothing does.</summary>
    private async Task<SaveOutcome?> CompareAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        var path = _paths.Resolve(key);
        if (Directory.Exists(path) || HasFileForFolder(path))
        {
            return SaveOutcome.Conflict;
        }

        return await FindAsync(key, cancellationToken) is { } existing
            ? await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken)
            : null;
    }

    private bool HasFileForFolder(string path)
    {
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > _paths.Root.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (File.Exists(parent))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryPublishAsync(AssetKey key, AssetContent content, StagedFile staged, CancellationToken cancellationToken)
    {
        var path = _paths.Resolve(key);
        var fingerprint = Fingerprint(key);
        using var turn = await _locks.AcquireAsync(fingerprint, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () =>
        {
            if (Path.Exists(path))
            {
                return false;
            }

            _sidecars.Write(fingerprint, key, content.Length, content.MediaType, content.Sha256);
            if (!TryMove(staged.Path, path))
            {
                return false;
            }

            staged.MarkPublished();
            try
            {
                DurableRename.FlushDirectory(Path.GetDirectoryName(path)!);
            }
            catch (IOException)
            {
                // Not durable is not stored.
                StagedFile.TryRemove(path);
                throw;
            }

            return true;
        });
    }

    /// <summary>Renames, making the folders first, again when a delete took an empty one away in between.</summary>
    private bool TryMove(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (HasFileForFolder(to))
                {
                    return false;
                }

                MakeFolder(Path.GetDirectoryName(to)!);
                return DurableRename.TryMove(from, to);
            }
            catch (IOException error) when (attempt < PublishAttempts && (error is DirectoryNotFoundException || error.HResult == NotThere))
            {
            }
        }
    }

    private void MakeFolder(string path)
    {
        if (path.Length <= _paths.Root.Length || Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path)!;
        MakeFolder(parent);
        Directory.CreateDirectory(path);
        DurableRename.FlushDirectory(parent);
    }

    private void RemoveEmptyFolders(string path)
    {
        try
        {
            for (; path.Length > _paths.Root.Length; path = Path.GetDirectoryName(path)!)
            {
                Directory.Delete(path, recursive: false);
            }
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // Not empty: the usual end.
        }
    }

    /// <summary>Runs work on something that may be absent; <c>null</c> when it is.</summary>
    private T? IfThere<T>(Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            _locks.ConfirmPresence(error);
            return null;
        }
    }

    private AssetMetadata Describe(AssetKey key, long length, DateTime lastWriteUtc)
    {
        var sidecar = _sidecars.Read(Fingerprint(key)) is { } read && read.Length == length ? read : null;
        return new AssetMetadata(
            key,
            length,
            sidecar?.MediaType ?? UnknownMediaType,
            sidecar?.Hash,
            new DateTimeOffset(lastWriteUtc, TimeSpan.Zero));
    }

    /// <summary>What lies in a directory, with the keys that it stands for, in the order that S3 lists in: by UTF-8 bytes, a folder with its slash.</summary>
    private List<(string Key, FileSystemInfo Info)> Children(string directory, string prefix)
    {
        _locks.ConfirmPresence(null);
        return LocalAssetFault.Guard("The local store could not be listed", () => IfThere(() => new DirectoryInfo(directory)
            .EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
            .Where(info => info.FullName != _paths.Bookkeeping)
            .Select(info => (Key: prefix + info.Name + (info is DirectoryInfo ? "/" : ""), Info: info))
            .OrderBy(child => child.Key, Utf8Order.Instance)
            .ToList()) ?? []);
    }
}
