namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>What a path means once every link on it has been followed, which .NET tells of one link at a time. What does not exist yet stays as it is.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The absolute path without links.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
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

        return ++links > MostLinks ? throw new IOException("The links go round in a circle.") : Follow(Path.GetFullPath(target, folder), ref links);
    }
}
