namespace CharacterRefs.Infrastructure.Files;

/// <summary>The directory for everything that the service writes to local disk.</summary>
internal sealed record DataRootOptions
{
    /// <summary>A directory, absolute or relative to the working directory of the process. Default: <c>mv/outputs</c>. <c>DATA_ROOT</c>.</summary>
    public string Path { get; init; } = "mv/outputs";

    /// <summary>Reads the configuration.</summary>
    public static DataRootOptions Read(Settings settings) =>
        new() { Path = settings.Text("DATA_ROOT", new DataRootOptions().Path, "a directory that the service may write to")! };
}
