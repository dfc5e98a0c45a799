namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Resolves every link of a path; .NET resolves only the last. Parts that do not exist stay unchanged.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The absolute path without links.</summary>
    /// <exception cref="IOException">The links form a cycle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        return Follow(Path.GetFullPath(path), ref links);
    }

    private static string Follow(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var folder = Follow(parent, ref links);
        var here = Path.Join(folder, Path.GetFileName(path));
        if (new DirectoryInfo(here).LinkTarget is not { } target)
        {
            return here;
        }

        return ++links > MaxLinks ? throw new IOException("The links form a cycle.") : Follow(Path.GetFullPath(target, folder), ref links);
    }
}
