using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Infrastructure.Files;

internal sealed class DataRootOptions
{
    public required string FullPath { get; init; }

    public static DataRootOptions Read(Settings settings) => new() { FullPath = Path.GetFullPath(settings.Text("DATA_ROOT", "mv/outputs", "a directory")!) };
}
