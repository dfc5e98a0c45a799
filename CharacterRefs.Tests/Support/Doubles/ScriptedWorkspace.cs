using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A workspace over a plain directory. A file's stamp is how often it was written by the test, so that tests need not wait for clocks.</summary>
internal sealed class ScriptedWorkspace(string root, string name) : IJobWorkspace
{
    private readonly ConcurrentDictionary<string, int> _writes = new();

    public bool Exists => Directory.Exists(root);

    public string RelativePath => $"mv/jobs/{name}";

    public string Name => name;

    public List<string> Ignored { get; } = [];

    public List<RefusedWorkspaceEntry> Refused { get; } = [];

    /// <summary>Whether files have stamps; without, none is remembered.</summary>
    public bool HasStamps { get; set; } = true;

    /// <summary>Runs after a file was opened, before its first byte is read.</summary>
    public Action<JobAssetPath>? Opened { get; set; }

    /// <summary>How often files were opened.</summary>
    public int Reads;

    public string PathOf(string path) => Path.Join(root, path);

    public void Write(string path, string text, int minutesAfterNoon = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
        File.SetLastWriteTimeUtc(PathOf(path), AJobAsset.Noon.UtcDateTime.AddMinutes(minutesAfterNoon));
        _writes.AddOrUpdate(path, 1, (_, count) => count + 1);
    }

    public WorkspaceListing List(CancellationToken cancellationToken) => new(
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => JobAssetPath.TryParse(Path.GetRelativePath(root, file), out var path) ? Find(path) : null)
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
            throw new WorkspaceFileChangedException("It is another file now.");
        }

        Interlocked.Increment(ref Reads);
        var stream = new FileStream(PathOf(file.Path.Value), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
        Opened?.Invoke(file.Path);
        return stream;
    }

    public bool IsUnchanged(WorkspaceFile file) => Find(file.Path) == file;

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return bytes.Length > maxBytes ? null : new Staged(bytes.ToArray());
    }

    public void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt)
    {
        Write(path.Value, Encoding.UTF8.GetString(((Staged)staged).Bytes));
        File.SetLastWriteTimeUtc(PathOf(path.Value), modifiedAt.UtcDateTime);
    }

    public void Delete(JobAssetPath path) => File.Delete(PathOf(path.Value));

    private sealed record Staged(byte[] Bytes) : IStagedFile
    {
        public string Path => "";

        public long SizeBytes => Bytes.Length;

        public ContentHash Sha256 => ContentHash.FromDigest(SHA256.HashData(Bytes));

        public void Dispose()
        {
        }
    }
}
