using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>Lists the local store in the order of S3 listings: by UTF-8 bytes, a folder with its slash. Links are skipped.</summary>
internal sealed class LocalAssetListing(LocalAssetPaths paths, LocalAssetLocks locks)
{
    private const string CannotList = "The local store could not be listed";

    /// <summary>Lists the files below a prefix whose first name after it starts with the text.</summary>
    /// <exception cref="AssetStoreUnavailableException">The disk failed, or is not mounted.</exception>
    public async IAsyncEnumerable<ListedObject> ListAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Through the resolver, so that a listing follows no link either.
        var start = AssetKey.TryParse(prefix.Value.TrimEnd('/'), out var folder) ? paths.Resolve(folder) : paths.Root;
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
            else if (child.Info is FileInfo file && Find(child.Key, file) is { } found)
            {
                yield return found;
            }
        }

        await Task.CompletedTask;
    }

    /// <returns><c>null</c> when the file was removed since its directory was read.</returns>
    private static ListedObject? Find(string name, FileInfo file) => LocalAssetFault.Guard(CannotList, () =>
    {
        try
        {
            return new ListedObject(
                name, AssetKey.TryParse(name, out var key) ? new AssetEntry(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    });

    private List<(string Key, FileSystemInfo Info)> Children(string directory, string prefix, string nameStart)
    {
        locks.ConfirmPresence(null);
        return LocalAssetFault.Guard(CannotList, () => locks.IfPresent(() => Entries(directory, nameStart)
            .Where(info => info.FullName != paths.Bookkeeping)
            .Select(info => (Key: prefix + info.Name + (info is DirectoryInfo ? "/" : ""), Info: info))
            .OrderBy(child => child.Key, Utf8Order.Instance)
            .ToList()) ?? []);
    }

    /// <summary>Names are compared while the directory is read, so that the entries of a large one that do not match cost no object.</summary>
    private static FileSystemEnumerable<FileSystemInfo> Entries(string directory, string nameStart) => new(
        directory,
        (ref entry) => entry.ToFileSystemInfo(),
        new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref entry) => entry.FileName.StartsWith(nameStart, StringComparison.Ordinal),
    };
}
