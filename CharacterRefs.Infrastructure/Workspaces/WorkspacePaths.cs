using System.Buffers;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// The only place where names become paths below <c>JOBS_ROOT</c>. Links in the path of the root are followed once, at the start; below it none is followed.
/// </summary>
internal sealed class WorkspacePaths
{
    /// <summary>The folder of temporary files, on the same file system as the workspaces. No job id starts with a dot.</summary>
    public const string StagingName = ".staging";

    /// <summary>What a <c>local_base_path</c> must be.</summary>
    public const string Rule =
        "local_base_path is a directory strictly inside JOBS_ROOT, absolute or relative to it, with no link on the way: names without control characters, "
        + "backslashes, or dots and spaces at their end, together at most 1024 bytes of UTF-8, no tilde or letter of a drive at the front, and " +
            "not below .staging.";

    private static readonly SearchValues<char> s_notOnWindows = SearchValues.Create("<>:\"|?*");

    private readonly string _configured;

    /// <exception cref="IOException">The root's links form a cycle, or cannot be read.</exception>
    public WorkspacePaths(JobsRootOptions options)
    {
        _configured = Path.GetFullPath(options.Path);
        Root = RealPath.Of(options.Path);
    }

    /// <summary>The absolute path of <c>JOBS_ROOT</c> without links.</summary>
    public string Root { get; }

    /// <summary>A path relative to the working directory of the process, with forward slashes.</summary>
    public string ToRelative(string name) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Join(_configured, name)).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Parses a base path by <see cref="Rule"/>; links are checked when it is opened.</summary>
    /// <returns>Its path below the root, with forward slashes; <c>null</c> when it breaks the rule.</returns>
    public string? ReadBase(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            text = text.Replace('\\', '/');
        }

        // Names with a special meaning in a shell or on Windows are rejected.
        if (text.StartsWith('~') || (!OperatingSystem.IsWindows() && text is [var drive, ':', ..] && char.IsAsciiLetter(drive)))
        {
            return null;
        }

        if (Path.IsPathRooted(text))
        {
            return WithoutDots(text) is { } full ? Below(_configured, full) ?? Below(Root, full) : null;
        }

        // Dots are resolved over the whole path, so a path that leaves the root and returns is judged by where it ends.
        return WithoutDots($"{Slashed(Root)}/{text}") is { } joined ? Below(Root, joined) : null;
    }

    /// <summary>Opens a directory below the root name by name, without following links.</summary>
    /// <param name="name">Its path below the root, with forward slashes.</param>
    /// <param name="create">Whether missing directories, also the root, are created.</param>
    public ReachedFolder Reach(string name, bool create = false)
    {
        if (create)
        {
            Directory.CreateDirectory(Root);
        }

        var reached = HeldFolder.Open(Root) with { Name = "JOBS_ROOT" };
        foreach (var segment in name.Split('/'))
        {
            if (reached.Folder is not { } parent)
            {
                break;
            }

            using (parent)
            {
                reached = (create ? parent.OpenOrCreateFolder(segment) : parent.OpenFolder(segment)) with { Name = segment };
            }
        }

        return reached;
    }

    private static string? Below(string root, string full)
    {
        var prefix = Slashed(root).TrimEnd('/') + "/";
        return full.StartsWith(prefix, StringComparison.Ordinal) && IsName(full[prefix.Length..]) ? full[prefix.Length..] : null;
    }

    // The rules of asset keys are valid on every system and ambiguous on none.
    private static bool IsName(string name) =>
        AssetKey.TryParse(name, out var key)
        && !key.Segments[0].Equals(StagingName, StringComparison.OrdinalIgnoreCase)
        && !(OperatingSystem.IsWindows() && name.AsSpan().ContainsAny(s_notOnWindows));

    private static string Slashed(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Compares names only: below the root no link is followed, so the result is exact.</summary>
    private static string? WithoutDots(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".." && names.Count == 0)
            {
                return null;
            }

            if (name == "..")
            {
                names.RemoveAt(names.Count - 1);
            }
            else if (name != ".")
            {
                names.Add(name);
            }
        }

        return (path.StartsWith('/') ? "/" : "") + string.Join('/', names);
    }
}
