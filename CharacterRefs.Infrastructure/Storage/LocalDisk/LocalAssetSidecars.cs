using System.Text.Json;
using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// The sidecars, in a tree of their own and named by the hash of the key, because a key's segments may already have the longest name a disk allows. One
/// is written before its asset becomes visible and removed after it: a crash leaves a sidecar without an asset, which the next save replaces, and
/// never an asset with somebody else's sidecar. Who writes or removes one holds the key's lock.
/// </summary>
/// <remarks>
/// <para>
/// An asset and its sidecar are two files and no rename changes both, so a replacement goes through a sidecar that describes both assets. In this order,
/// each step on the disk before the next: a sidecar of the new asset with the old one as <see cref="LocalAssetSidecar.Previous"/>; the rename of the
/// bytes; a sidecar of the new asset alone. Wherever it ends, the sidecar describes what stands there, and a reader tells which of the two that is by
/// the length and, where both have the same, by the hash of the bytes. Nothing needs to be repaired at a start; the next replacement tidies up. Times
/// of files are not used for this: copying and restoring a directory changes them.
/// </para>
/// <para>
/// A reader takes no lock. It looks at the sidecar, opens the bytes and looks at the sidecar again; a sidecar that changed in between, which its version
/// tells, means once more. Both looks alike mean that the bytes were opened while that sidecar was true.
/// </para>
/// </remarks>
internal sealed class LocalAssetSidecars(string directory, StagingArea staging)
{
    // A member that is missing is a file that somebody else wrote, or half of one.
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

    /// <summary>Writes it, whatever stood there, and flushes it to the disk.</summary>
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

    /// <summary>Removes it; what cannot be removed is replaced by the next save.</summary>
    public void Remove(byte[] fingerprint) => StagedFile.TryRemove(PathOf(fingerprint));

    private string PathOf(byte[] fingerprint)
    {
        var name = Convert.ToHexStringLower(fingerprint);
        return Path.Join(directory, name[..2], $"{name[2..]}.json");
    }
}
