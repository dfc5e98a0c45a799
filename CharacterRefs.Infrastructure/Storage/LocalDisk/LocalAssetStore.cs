using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.Assets;

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
    // Then a reader waits for its turn: a writer without a pause must not keep it out.
    private const int ReadsWithoutLock = 10;

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
    public async Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        using var staged = await StageAsync(content, cancellationToken);
        var path = _paths.Resolve(key);
        var fingerprint = Fingerprint(key);
        using var turn = await _locks.AcquireAsync(fingerprint, cancellationToken);
        var existing = await FindAsync(key, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _ = LocalAssetFault.Guard(LocalAssetFault.CannotWrite, () =>
        {
            // In the order that LocalAssetSidecars explains.
            var sidecar = Sidecar(key, content);
            var previous = existing is null ? null : new LocalAssetSidecar(key.Value, existing.Length, existing.MediaType, existing.Sha256?.ToString());
            if (IsInTheWayOfAFolderOrTheReverse(path))
            {
                throw NameIsClaimedTwice();
            }

            _sidecars.Write(fingerprint, sidecar with { Previous = previous });
            if (!TryMove(staged.Path, path, overwrite: true))
            {
                throw NameIsClaimedTwice();
            }

            staged.MarkPublished();
            DurableRename.FlushDirectory(Path.GetDirectoryName(path)!);
            TrySettle(fingerprint, sidecar, previous);
            return key;
        });
    }

    /// <inheritdoc/>
    public async Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        var path = _paths.Resolve(key);
        var fingerprint = Fingerprint(key);
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var turn = attempt > ReadsWithoutLock ? await _locks.AcquireAsync(fingerprint, cancellationToken) : null;
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
                    return new OpenAsset(metadata, content, length);
                }
            }
            finally
            {
                await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await OpenReadAsync(key, null, cancellationToken);
        return asset?.Metadata;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken) =>
        ListAllAsync(prefix, nameStart, cancellationToken).Select(item => item.Asset).OfType<AssetEntry>();

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAllAsync(prefix, "", cancellationToken);

    private async IAsyncEnumerable<ListedObject> ListAllAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Through the resolver, so that a listing follows no link either.
        var start = AssetKey.TryParse(prefix.Value.TrimEnd('/'), out var folder) ? _paths.Resolve(folder) : _paths.Root;
        var pending = new Stack<Queue<(string Key, FileSystemInfo Info)>>();
        pending.Push(new(Children(start, prefix.Value, nameStart)));
        while (pending.TryPeek(out var children))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!children.TryDequeue(out var child))
            {
                pending.Pop();
            }
            else if (child.Info is DirectoryInfo directory)
            {
                pending.Push(new(Children(directory.FullName, child.Key, "")));
            }
            else if (child.Info is FileInfo file)
            {
                yield return new ListedObject(
                    child.Key, AssetKey.TryParse(child.Key, out var key) ? new AssetEntry(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null);
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
            if (await FindAsync(from, cancellationToken) != source)
            {
                // Replaced meanwhile: it is the new one that is to be copied.
                return await CopyAsync(from, to, cancellationToken);
            }

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
                FlushIfThere(Path.GetDirectoryName(path)!);
                RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            }

            return key;
        }));
    }

    private static LocalAssetSidecar Sidecar(AssetKey key, AssetContent content) => new(key.Value, content.Length, content.MediaType, content.Sha256.ToString());

    private static AssetStoreUnavailableException NameIsClaimedTwice() =>
        new("A folder and an asset claim the same name in the local store.", AssetStoreFault.Refused);

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
        if (IsInTheWayOfAFolderOrTheReverse(path))
        {
            return SaveOutcome.Conflict;
        }

        return await FindAsync(key, cancellationToken) is { } existing
            ? await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken)
            : null;
    }

    private bool IsInTheWayOfAFolderOrTheReverse(string path) => Directory.Exists(path) || HasFileForFolder(path);

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

            _sidecars.Write(fingerprint, Sidecar(key, content));
            if (!TryMove(staged.Path, path, overwrite: false))
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
    private bool TryMove(string from, string to, bool overwrite)
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
                if (!overwrite)
                {
                    return DurableRename.TryMove(from, to);
                }

                File.Move(from, to, overwrite: true);
                return true;
            }
            catch (IOException error) when (attempt < PublishAttempts && (error is DirectoryNotFoundException || error.HResult == NotThere))
            {
            }
        }
    }

    private void TrySettle(byte[] fingerprint, LocalAssetSidecar sidecar, LocalAssetSidecar? previous)
    {
        try
        {
            if (previous is not null)
            {
                _sidecars.Write(fingerprint, sidecar);
            }
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            // The replacement is done, and the sidecar of both tells it as well, only more slowly. Not logged: nothing is lost or to be done about this asset,
            // and a disk that stays full or read-only refuses the next write aloud.
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

    /// <summary>Another delete in the same folder may have taken it away as empty, and with it the name that is to be gone.</summary>
    private static void FlushIfThere(string directory)
    {
        try
        {
            DurableRename.FlushDirectory(directory);
        }
        catch (IOException error) when (error.HResult == NotThere)
        {
        }
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

    private LocalAssetSidecar? ReadSidecar(byte[] fingerprint) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => _sidecars.Read(fingerprint));

    /// <returns><c>null</c> when there is none; a folder is none.</returns>
    private FileStream? OpenFile(string path) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () => IfThere(() =>
        File.GetAttributes(path).HasFlag(FileAttributes.Directory)
            ? null
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan)));

    private static async Task<AssetMetadata> DescribeAsync(AssetKey key, FileStream file, LocalAssetSidecar? sidecar, CancellationToken cancellationToken)
    {
        try
        {
            var found = sidecar is null ? null : await sidecar.MatchAsync(file.Length, async () => ContentHash.FromDigest(await SHA256.HashDataAsync(file, cancellationToken)));
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

    /// <summary>What lies in a directory, with the keys that it stands for, in the order that S3 lists in: by UTF-8 bytes, a folder with its slash.</summary>
    private List<(string Key, FileSystemInfo Info)> Children(string directory, string prefix, string nameStart)
    {
        _locks.ConfirmPresence(null);
        return LocalAssetFault.Guard("The local store could not be listed", () => IfThere(() => Entries(directory, nameStart)
            .Where(info => info.FullName != _paths.Bookkeeping)
            .Select(info => (Key: prefix + info.Name + (info is DirectoryInfo ? "/" : ""), Info: info))
            .OrderBy(child => child.Key, Utf8Order.Instance)
            .ToList()) ?? []);
    }

    /// <summary>Names are compared while the directory is read: what is left out of a large one costs no object.</summary>
    private static FileSystemEnumerable<FileSystemInfo> Entries(string directory, string nameStart) => new(
        directory,
        (ref entry) => entry.ToFileSystemInfo(),
        new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref entry) => entry.FileName.StartsWith(nameStart, StringComparison.Ordinal),
    };
}
