using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>
/// A workspace over a plain directory, without the guards of the real one. The stamp of a file is the number of its writes, so that tests do not wait for
/// clocks.
/// </summary>
internal sealed class ScriptedWorkspace(string root, string name) : IJobWorkspace
{
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private readonly string _directory = Path.Join(root, name);
    private readonly string _staging = Path.Join(root, ".staging");
    private int _reads;

    public bool Exists => Directory.Exists(_directory);

    public string RelativePath => $"mv/jobs/{name}";

    public string Name => name;

    public List<string> Ignored { get; } = [];

    public List<RefusedWorkspaceEntry> Refused { get; } = [];

    /// <summary>Whether files have stamps; without, their digests are not remembered.</summary>
    public bool HasStamps { get; set; } = true;

    /// <summary>Runs after a file was opened, before its first byte is read.</summary>
    public Action<JobAssetPath>? Opened { get; set; }

    /// <summary>How often files were opened.</summary>
    public int Reads => _reads;

    /// <summary>Files under temporary names.</summary>
    public IReadOnlyList<string> Staged => Directory.Exists(_staging) ? Directory.GetFiles(_staging) : [];

    public string PathOf(string path) => Path.Join(_directory, path);

    public void Write(string path, string text, int minutesAfterNoon = 0) => Write(path, Encoding.UTF8.GetBytes(text), minutesAfterNoon);

    public void Write(string path, byte[] content, int minutesAfterNoon = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), content);
        File.SetLastWriteTimeUtc(PathOf(path), AJobAsset.Noon.UtcDateTime.AddMinutes(minutesAfterNoon));
        CountWrite(path);
    }

    /// <summary>All files, by path.</summary>
    public Dictionary<string, byte[]> Contents() => Exists
        ? Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(_directory, file), File.ReadAllBytes)
        : [];

    public WorkspaceListing List(CancellationToken cancellationToken) => new(
        [.. Contents().Keys
            .Select(file => JobAssetPath.TryParse(file, out var path) ? Find(path) : null)
            .OfType<WorkspaceFile>()
            .OrderBy(file => file.Path.Value, StringComparer.Ordinal)],
        Ignored,
        Refused);

    public WorkspaceFile? Find(JobAssetPath path)
    {
        var info = new FileInfo(PathOf(path.Value));
        return info.Exists ? new WorkspaceFile(path, info.Length, info.LastWriteTimeUtc, HasStamps ? $"{_writes.GetValueOrDefault(path.Value)}" : null) : null;
    }

    public Stream OpenRead(WorkspaceFile file)
    {
        if (!IsUnchanged(file))
        {
            throw new WorkspaceFileChangedException("The file has changed.");
        }

        Interlocked.Increment(ref _reads);
        var stream = new FileStream(
            PathOf(file.Path.Value), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
        Opened?.Invoke(file.Path);
        return stream;
    }

    public bool IsUnchanged(WorkspaceFile file) => Find(file.Path) == file;

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return bytes.Length > maxBytes ? null : new ScriptedFile(_staging, bytes.ToArray());
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
        CountWrite(path.Value);
    }

    public void Delete(JobAssetPath path) => File.Delete(PathOf(path.Value));

    private void CountWrite(string path) => _writes.AddOrUpdate(path, 1, (_, count) => count + 1);

    private sealed class ScriptedFile : IStagedFile
    {
        public ScriptedFile(string folder, byte[] content)
        {
            Directory.CreateDirectory(folder);
            Path = System.IO.Path.Join(folder, Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(Path, content);
            (SizeBytes, Sha256) = (content.Length, ContentHash.FromDigest(SHA256.HashData(content)));
        }

        public string Path { get; }

        public long SizeBytes { get; }

        public ContentHash Sha256 { get; }

        public Task FlushAsync() => Task.CompletedTask;

        public void Dispose() => File.Delete(Path);
    }
}
