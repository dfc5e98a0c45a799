using System.Buffers;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The only place where keys become paths. A key is the path below the root, so that people and other programs find the files. Next to the files is
/// <see cref="AssetKey.ReservedSegment"/>, a name that no key can have.
/// </summary>
internal sealed class LocalAssetPaths
{
    private const string DirectoryName = "storage";
    private static readonly SearchValues<char> s_notOnWindows = SearchValues.Create("<>:\"|?*");

    /// <param name="dataRoot">The data directory; the root is <c>storage</c> in it.</param>
    public LocalAssetPaths(string dataRoot)
    {
        Root = Path.GetFullPath(Path.Join(dataRoot, DirectoryName));
        Bookkeeping = Path.Join(Root, AssetKey.ReservedSegment);
    }

    /// <summary>Absolute, without a separator at its end.</summary>
    public string Root { get; }

    /// <summary>The directory of everything that is not an asset.</summary>
    public string Bookkeeping { get; }

    /// <summary>Hash of a key: names its sidecar and chooses its lock.</summary>
    public static byte[] Fingerprint(AssetKey key) => SHA256.HashData(Encoding.UTF8.GetBytes(key.Value));

    /// <summary>Path of an asset.</summary>
    /// <exception cref="AssetStoreUnavailableException">A folder of the path is a link, or the key is not a file name on this system.</exception>
    public string Resolve(AssetKey key)
    {
        if (OperatingSystem.IsWindows() && key.Value.AsSpan().ContainsAny(s_notOnWindows))
        {
            throw Rejection("The asset key has a character that Windows does not allow in file names.");
        }

        var path = Path.GetFullPath(Path.Join(Root, key.Value));

        // A legal key cannot leave the root; this is the second line of defence against names that a platform reads in an unforeseen way.
        if (!path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Rejection("The asset key names a file outside of the local store.");
        }

        for (var end = Root.Length + 1; end > 0 && end < path.Length; end++)
        {
            var next = path.IndexOf(Path.DirectorySeparatorChar, end);
            end = next < 0 ? path.Length : next;
            if (IsLink(path[..end]))
            {
                throw Rejection("A link exists where the asset should be; links are not followed.");
            }
        }

        return path;
    }

    private static bool IsLink(string path) => LocalAssetFault.Guard(LocalAssetFault.CannotRead, () =>
    {
        try
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    });

    private static AssetStoreUnavailableException Rejection(string why) => new(why, AssetStoreFault.Rejected);
}
