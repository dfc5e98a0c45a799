using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The directory of the workspaces of jobs.</summary>
internal sealed record JobsRootOptions
{
    private const string Name = "JOBS_ROOT";

    /// <summary>
    /// A directory, absolute or relative to the working directory of the process; it is created when it is first needed. Default: <c>mv/jobs</c>.
    /// <c>JOBS_ROOT</c>.
    /// </summary>
    public string Path { get; init; } = "mv/jobs";

    /// <summary>Reads it from the configuration. It may not contain the data directory or be in it, so that no job reaches the images.</summary>
    public static JobsRootOptions Read(Settings settings, DataRootOptions dataRoot)
    {
        var options = new JobsRootOptions();
        options = options with { Path = settings.Text(Name, options.Path, "a directory that the service may write to, apart from DATA_ROOT")! };
        try
        {
            var jobs = RealPath.Of(options.Path);
            var data = RealPath.Of(dataRoot.Path);
            if (Contains(jobs, data) || Contains(data, jobs))
            {
                settings.Reject(
                    $"{Name} is \"{options.Path}\" and DATA_ROOT is \"{dataRoot.Path}\"; neither may contain the other. Choose separate directories.");
            }
            else if (File.Exists(jobs))
            {
                settings.Reject($"{Name} is \"{options.Path}\", which is a file; it must be a directory.");
            }
        }
        catch (Exception error) when (DiskFault.Is(error) || error is ArgumentException)
        {
            settings.Reject($"{Name} is \"{options.Path}\", which cannot be read: {error.Message}");
        }

        return options;
    }

    private static bool Contains(string outer, string inner)
    {
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return (System.IO.Path.TrimEndingDirectorySeparator(inner) + System.IO.Path.DirectorySeparatorChar)
            .StartsWith(System.IO.Path.TrimEndingDirectorySeparator(outer) + System.IO.Path.DirectorySeparatorChar, comparison);
    }
}
