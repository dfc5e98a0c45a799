using System.Runtime.InteropServices;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>The files <c>{DATA_ROOT}/derivatives/{id}/{name}</c>.</summary>
internal sealed class LocalDerivativeFiles(DataRootOptions options) : IDerivativeFiles
{
    private const string WriteFailed = "The derivative could not be written to the local disk";

    private readonly string _directory = Path.GetFullPath(Path.Join(options.Path, "derivatives"));
    private readonly StagingArea _staging = new(Path.GetFullPath(Path.Join(options.Path, "derivatives", ".staging")));

    public LocalFile? Find(CharacterReferenceId id, Derivative derivative) => DiskFault.Guard("The derivative could not be found on the local disk", () =>
    {
        var file = new FileInfo(PathOf(id, derivative));
        return file is { Exists: true, LinkTarget: null } && !LinuxStat.IsSpecial(file.FullName)
            ? new LocalFile(file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc))
            : null;
    });

    public async Task<LocalFile> WriteAsync(
        CharacterReferenceId id, Derivative derivative, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        MemoryMarshal.TryGetArray(content, out var bytes);
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using var staged = await _staging.StageAsync(stream, content.Length, WriteFailed, cancellationToken);
        var path = PathOf(id, derivative);
        DiskFault.Guard(WriteFailed, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            DurableRename.Replace(staged!.Path, path);
        });
        staged!.MarkPublished();
        return Find(id, derivative) ?? throw new LocalStorageException("The derivative was removed while it was written.");
    }

    public void Delete(CharacterReferenceId id) => DiskFault.Guard("The derivatives could not be removed from the local disk", () =>
    {
        var directory = Path.Join(_directory, id.ToString());
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    });

    public int RemoveAbandonedStaging() => DiskFault.Guard("The local disk could not be listed", _staging.RemoveAbandoned);

    private string PathOf(CharacterReferenceId id, Derivative derivative) => Path.Join(_directory, id.ToString(), derivative.Name);
}
