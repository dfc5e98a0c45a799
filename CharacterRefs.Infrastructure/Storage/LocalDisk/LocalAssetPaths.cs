using System.Buffers;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The one place where keys become paths. A key is the path below the root as it is, so that people and other programs find the files; beside the
/// files lies <see cref="AssetKey.ReservedSegment"/>, a name that no key can have.
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

    /// <summary>Path of an asset.</summary>
    /// <exception cref="AssetStoreUnavailableException">A link lies on the way, or the key is no name on this system.</exception>
    public string Resolve(AssetKey key)
    {
        if (OperatingSystem.IsWindows() && key.Value.AsSpan().ContainsAny(s_notOnWindows))
        {
            throw Refusal("This name cannot be kept on a Windows disk.");
        }

        var path = Path.GetFullPath(Path.Join(Root, key.Value));

        // A legal key cannot leave the root. Should one ever, because a platform reads names in a way that was not thought of, it ends here.
        if (!path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Refusal("This name does not stay inside the local store.");
        }

        for (var end = Root.Length + 1; end > 0 && end < path.Length; end++)
        {
            var next = path.IndexOf(Path.DirectorySeparatorChar, end);
            end = next < 0 ? path.Length : next;
            if (IsLink(path[..end]))
            {
                throw Refusal("A link lies where an asset should be, and links are not followed.");
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

    private static AssetStoreUnavailableException Refusal(string why) => new(why, AssetStoreFault.Refused);
}
