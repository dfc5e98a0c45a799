using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support;

/// <summary>One directory, as a workspace.</summary>
internal sealed class FolderWorkspace(string directory, string name) : IJobWorkspace
{
    public bool Exists => Directory.Exists(directory);

    public string RelativePath => $"jobs/{name}";

    public string Name => name;

    public WorkspaceListing List(CancellationToken cancellationToken) => throw new NotSupportedException();

    public WorkspaceFile? Find(JobAssetPath path)
    {
        var file = new FileInfo(PathOf(path));
        return file.Exists ? new WorkspaceFile(path, file.Length, file.LastWriteTimeUtc, null) : null;
    }

    public Stream OpenRead(WorkspaceFile file) => File.OpenRead(PathOf(file.Path));

    public bool IsUnchanged(WorkspaceFile file) => Find(file.Path) == file;

    public async Task<IStagedFile?> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        if (bytes.Length > maxBytes)
        {
            return null;
        }

        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $".{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(path, bytes.ToArray(), cancellationToken);
        return new FolderStagedFile(path, bytes.ToArray());
    }

    public void Publish(IStagedFile staged, JobAssetPath path, DateTimeOffset modifiedAt)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.SetLastWriteTimeUtc(staged.Path, modifiedAt.UtcDateTime);
        File.Move(staged.Path, PathOf(path), overwrite: true);
    }

    public void Delete(JobAssetPath path) => File.Delete(PathOf(path));

    private string PathOf(JobAssetPath path) => Path.Combine(directory, path.Value);
}
