using System.Text.Json.Serialization;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>What is known of an asset besides its bytes.</summary>
/// <param name="Key">The asset's key, for a person who reads the directory.</param>
/// <param name="Length">Length of the asset in bytes; a file of another length is not ours.</param>
/// <param name="MediaType">IANA media type.</param>
/// <param name="Sha256">64 hexadecimal digits; <c>null</c> for a file of another program.</param>
/// <param name="Version">New each time a sidecar is written.</param>
/// <param name="Previous">Only during a replacement, or after a crash in one: the asset that may still exist instead.</param>
internal sealed record LocalAssetSidecar(string Key, long Length, string MediaType, string? Sha256, Guid Version = default, LocalAssetSidecar? Previous = null)
{
    /// <summary>The hash as a value.</summary>
    /// <exception cref="FormatException">It is not a hash.</exception>
    [JsonIgnore]
    public ContentHash? Hash => Sha256 is null ? null : ContentHash.Parse(Sha256);

    /// <summary>The sidecar that describes the file.</summary>
    /// <param name="length">Length of the file in bytes.</param>
    /// <param name="hash">Reads the file; called only when the new and the previous asset have the same length.</param>
    /// <returns><c>null</c> when neither does.</returns>
    public async ValueTask<LocalAssetSidecar?> MatchAsync(long length, Func<Task<ContentHash>> hash) =>
        Previous?.Length == length && (Length != length || await hash() != Hash) ? Previous
        : Length == length ? this
        : null;
}
