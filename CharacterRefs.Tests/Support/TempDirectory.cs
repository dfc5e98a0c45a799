namespace CharacterRefs.Tests.Support;

/// <summary>A directory of its own for one test, removed with everything in it.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("character-refs-").FullName;

    public string Write(string name, byte[] content)
    {
        var path = Path.Join(FullPath, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
