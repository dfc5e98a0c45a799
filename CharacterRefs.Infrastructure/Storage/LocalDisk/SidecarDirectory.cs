using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The sidecars, in a tree of their own and named by the hash of the key, because a segment of a key may already have the longest name a disk allows. A
/// sidecar is written before its asset is published and removed after it: a crash leaves a sidecar without an asset, which the next save replaces, and
/// never an asset with a wrong sidecar. Writers hold the key's lock.
/// </summary>
/// <remarks>
/// <para>
/// An asset and its sidecar are two files and no rename changes both, so a replacement uses a sidecar that describes both assets. The steps, each flushed
/// before the next: a sidecar of the new asset with the old one as <see cref="LocalAssetSidecar.Previous"/>; the rename of the bytes; a sidecar of the new
/// asset alone. After a crash at any step the sidecar describes the file; a reader decides which of the two it is by length and, where both have the same,
/// by hash. No repair is needed at a start. File times are not used: copying and restoring a directory changes them.
/// </para>
/// <para>
/// A reader takes no lock. It reads the sidecar, opens the bytes and reads the sidecar again, and retries when its version changed in between. The same
/// version twice means that the sidecar described the bytes when they were opened.
/// </para>
/// </remarks>
internal sealed class SidecarDirectory(string directory, StagingArea staging)
{
    // A file with a missing member was written by another program, or is incomplete.
    private static readonly JsonSerializerOptions s_json = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The sidecar of a key; <c>null</c> when there is none that can be read.</summary>
    public LocalAssetSidecar? Read(byte[] fingerprint)
    {
        try
        {
            var sidecar = JsonSerializer.Deserialize<LocalAssetSidecar>(File.ReadAllBytes(PathOf(fingerprint)), s_json);
            _ = (sidecar?.Hash, sidecar?.Previous?.Hash);
            return sidecar;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes or replaces the sidecar and flushes it to the disk.</summary>
    public void Write(byte[] fingerprint, LocalAssetSidecar sidecar)
    {
        var path = PathOf(fingerprint);
        var parent = Path.GetDirectoryName(path)!;
        var file = staging.Create();
        try
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(sidecar with { Version = Guid.NewGuid() }, s_json));
            file.Flush(flushToDisk: true);
            Directory.CreateDirectory(parent);
            File.Move(file.Name, path, overwrite: true);
            DurableRename.FlushDirectory(parent);
        }
        catch
        {
            StagedFile.TryRemove(file.Name);
            throw;
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>Removes the sidecar; one that cannot be removed is replaced by the next save.</summary>
    public void Remove(byte[] fingerprint) => StagedFile.TryRemove(PathOf(fingerprint));

    private string PathOf(byte[] fingerprint)
    {
        var name = Convert.ToHexStringLower(fingerprint);
        return Path.Join(directory, name[..2], $"{name[2..]}.json");
    }
}
