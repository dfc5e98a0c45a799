using System.Buffers;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// The one place where names become places below <c>JOBS_ROOT</c>. The root may be reached through links, which are followed once, now; below it none is.
/// </summary>
internal sealed class WorkspacePaths
{
    /// <summary>Where temporary files lie, on the same file system as the workspaces. No job id begins with a dot.</summary>
    public const string StagingName = ".staging";

    /// <summary>What a <c>local_base_path</c> must be.</summary>
    public const string Rule =
        "local_base_path is a directory strictly inside JOBS_ROOT, absolute or relative to it, with no link on the way: names without control characters, "
        + "backslashes, or dots and spaces at their end, together at most 1024 bytes of UTF-8, no tilde or letter of a drive at the front, and not below .staging.";

    private static readonly SearchValues<char> s_notOnWindows = SearchValues.Create("<>:\"|?*");

    private readonly string _configured;

    /// <exception cref="IOException">The root's links go round in a circle, or cannot be read.</exception>
    public WorkspacePaths(JobsRootOptions options)
    {
        _configured = Path.GetFullPath(options.Path);
        Root = RealPath.Of(options.Path);
    }

    /// <summary>The absolute path of <c>JOBS_ROOT</c> without links.</summary>
    public string Root { get; }

    /// <summary>A place as the process would name it: relative to its working directory, with forward slashes.</summary>
    public string ToRelative(string name) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Join(_configured, name)).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Reads a base path by <see cref="Rule"/>, the links excepted.</summary>
    /// <returns>The names from the root to it, joined by slashes; <c>null</c> when it is not acceptable.</returns>
    public string? ReadBase(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            text = text.Replace('\\', '/');
        }

        // What means another place to a shell or to Windows is not taken for a name.
        if (text.StartsWith('~') || (!OperatingSystem.IsWindows() && text is [var drive, ':', ..] && char.IsAsciiLetter(drive)))
        {
            return null;
        }

        if (Path.IsPathRooted(text))
        {
            return WithoutDots(text) is { } full ? Below(_configured, full) ?? Below(Root, full) : null;
        }

        // The dots are taken away from the whole path, so that one which leaves the root and comes back is where it ends.
        return WithoutDots($"{Slashed(Root)}/{text}") is { } joined ? Below(Root, joined) : null;
    }

    /// <summary>Goes from the root to a directory, name by name, following no link.</summary>
    /// <param name="name">The names below the root, joined by slashes.</param>
    /// <param name="create">Whether directories that are missing, the root included, are made.</param>
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

    // The rules of asset keys are what every system can keep and no system reads as another name.
    private static bool IsName(string name) =>
        AssetKey.TryParse(name, out var key)
        && !key.Segments[0].Equals(StagingName, StringComparison.OrdinalIgnoreCase)
        && !(OperatingSystem.IsWindows() && name.AsSpan().ContainsAny(s_notOnWindows));

    private static string Slashed(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>By the names alone: as no link is followed afterwards, that is the same place.</summary>
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
