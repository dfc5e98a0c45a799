using System.Globalization;
using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>A workspace over a plain directory, without the guards of the real one. A file's stamp is its time, when the test wants stamps.</summary>
internal sealed class DirectoryWorkspace(string root, string name) : IJobWorkspace
{
    private readonly string _directory = Path.Join(root, name);
    private readonly string _staging = Path.Join(root, ".staging");
    private int _reads;

    public bool Exists => Directory.Exists(_directory);

    public string RelativePath => $"mv/jobs/{name}";

    public string Name => name;

    public bool HasStamps { get; set; }

    /// <summary>How often files were read.</summary>
    public int Reads => _reads;

    /// <summary>Files under temporary names.</summary>
    public IReadOnlyList<string> Staged => Directory.Exists(_staging) ? Directory.GetFiles(_staging) : [];

    public string PathOf(string path) => Path.Join(_directory, path);

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), content);
    }

    /// <summary>All that is there, by path.</summary>
    public Dictionary<string, byte[]> Contents() => Exists
        ? Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(_directory, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes)
        : [];

    public WorkspaceListing List(CancellationToken cancellationToken) => throw new NotSupportedException("Nothing that reads sets lists a workspace.");

    public WorkspaceFile? Find(JobAssetPath path)
    {
        var info = new FileInfo(PathOf(path.Value));
        return info.Exists
            ? new WorkspaceFile(path, info.Length, info.LastWriteTimeUtc, HasStamps ? info.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture) : null)
            : null;
    }

    public Stream OpenRead(WorkspaceFile file)
    {
        Interlocked.Increment(ref _reads);
        return File.OpenRead(PathOf(file.Path.Value));
    }

    public bool IsUnchanged(WorkspaceFile file) => Find(file.Path) == file;

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_staging);
        var path = Path.Join(_staging, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = File.Create(path))
            {
                await content.CopyToAsync(file, cancellationToken);
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            if (bytes.Length <= maxBytes)
            {
                return new DirectoryStagedFile(path, bytes.Length, ContentHash.FromDigest(SHA256.HashData(bytes)));
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        File.Delete(path);
        return null;
    }

    public void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt)
    {
        if (Directory.Exists(PathOf(path.Value)))
        {
            throw new LocalStorageException("The file could not be written: a folder has its name.") { IsObstructed = true };
        }

        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path.Value))!);
        File.SetLastWriteTimeUtc(staged.Path, modifiedAt.UtcDateTime);
        File.Move(staged.Path, PathOf(path.Value), overwrite: true);
    }

    public void Delete(JobAssetPath path) => File.Delete(PathOf(path.Value));
}
