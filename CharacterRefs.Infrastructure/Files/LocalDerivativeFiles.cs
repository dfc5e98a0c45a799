using System.Runtime.InteropServices;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// The files <c>{DATA_ROOT}/derivatives/{id}/{name}</c>, each with its hash in <c>{name}.sha256</c>, a line for <c>sha256sum -c</c>. A crash between the two
/// writes leaves a file that counts as damaged.
/// </summary>
internal sealed class LocalDerivativeFiles(DataRootOptions options) : IDerivativeFiles
{
    private const string WriteFailed = "The derivative could not be written to the local disk";

    private readonly string _directory = Path.GetFullPath(Path.Join(options.Path, "derivatives"));
    private readonly StagingArea _staging = new(Path.GetFullPath(Path.Join(options.Path, "derivatives", ".staging")));

    private readonly VerifiedFiles<string> _verified = new();

    public async Task<LocalFile?> FindAsync(CharacterReferenceId id, Derivative derivative, CancellationToken cancellationToken)
    {
        var path = PathOf(id, derivative);
        var file = Find(path);
        if (file is null || _verified.Find(path, file) is not null)
        {
            return file;
        }

        try
        {
            var hash = ContentHash.FromDigest(SHA256.HashData(await File.ReadAllBytesAsync(path, cancellationToken)));
            if (await File.ReadAllTextAsync(HashPathOf(path), cancellationToken) != Line(hash, derivative))
            {
                return null;
            }

            _verified.Add(path, file, hash);
            return file;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (DiskFault.Is(error))
        {
            throw DiskFault.Translate("The derivative could not be read from the local disk", error);
        }
    }

    public async Task<bool> RecheckAsync(CharacterReferenceId id, Derivative derivative, CancellationToken cancellationToken)
    {
        var path = PathOf(id, derivative);
        _verified.Remove(path);
        return Find(path) is not null && await FindAsync(id, derivative, cancellationToken) is null && Find(path) is not null;
    }

    public IEnumerable<(CharacterReferenceId Id, Derivative Derivative)> List() => DiskFault.Guard("The derivatives could not be listed", () =>
        Directory.Exists(_directory)
            ? Directory.EnumerateDirectories(_directory)
                .Select(folder => CharacterReferenceId.TryParse(Path.GetFileName(folder), out var id) ? id : (CharacterReferenceId?)null)
                .OfType<CharacterReferenceId>()
                .SelectMany(id => Derivative.All.Where(derivative => File.Exists(PathOf(id, derivative))).Select(derivative => (id, derivative)))
                .ToList()
            : []);

    public async Task<LocalFile> WriteAsync(
        CharacterReferenceId id, Derivative derivative, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(id, derivative);
        var hash = await ReplaceAsync(path, content, cancellationToken);
        await ReplaceAsync(HashPathOf(path), Encoding.UTF8.GetBytes(Line(hash, derivative)), cancellationToken);
        var file = Find(path) ?? throw new LocalStorageException("The derivative was removed while it was written.");
        _verified.Add(path, file, hash);
        return file;
    }

    public void Delete(CharacterReferenceId id) => DiskFault.Guard("The derivatives could not be removed from the local disk", () =>
    {
        foreach (var derivative in Derivative.All)
        {
            _verified.Remove(PathOf(id, derivative));
        }

        var directory = Path.Join(_directory, id.ToString());
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    });

    public int RemoveAbandonedStaging() => DiskFault.Guard("The local disk could not be listed", _staging.RemoveAbandoned);

    private static LocalFile? Find(string path) =>
        DiskFault.Guard("The derivative could not be found on the local disk", () => RegularFile.Find(path));

    private async Task<ContentHash> ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        MemoryMarshal.TryGetArray(content, out var bytes);
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using var staged = await _staging.StageAsync(stream, content.Length, WriteFailed, cancellationToken);
        DiskFault.Guard(WriteFailed, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            DurableRename.Replace(staged!.Path, path);
        });
        staged!.MarkPublished();
        return staged.Sha256;
    }

    private static string Line(ContentHash hash, Derivative derivative) => $"{hash}  {derivative.Name}\n";

    private static string HashPathOf(string path) => $"{path}.sha256";

    private string PathOf(CharacterReferenceId id, Derivative derivative) => Path.Join(_directory, id.ToString(), derivative.Name);
}
