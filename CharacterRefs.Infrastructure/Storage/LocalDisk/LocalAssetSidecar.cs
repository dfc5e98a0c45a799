using System.Text.Json.Serialization;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>What a file cannot carry itself.</summary>
/// <param name="Key">The asset's key, for whoever reads the directory by hand.</param>
/// <param name="Length">Length of the bytes it was written for; a file of another length was put there by somebody else.</param>
/// <param name="MediaType">IANA media type.</param>
/// <param name="Sha256">64 hexadecimal digits; <c>null</c> for what somebody else put there.</param>
/// <param name="Version">Another one each time a sidecar is written.</param>
/// <param name="Previous">Only while the asset is being replaced, or after a crash then: what may still stand there instead.</param>
internal sealed record LocalAssetSidecar(string Key, long Length, string MediaType, string? Sha256, Guid Version = default, LocalAssetSidecar? Previous = null)
{
    /// <summary>The hash as a value.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    [JsonIgnore]
    public ContentHash? Hash => Sha256 is null ? null : ContentHash.Parse(Sha256);

    /// <summary>What describes the file that stands there.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="hash">Reads the file; called only when the length does not tell the new asset from the previous one.</param>
    /// <returns><c>null</c> when nothing here does.</returns>
    public async ValueTask<LocalAssetSidecar?> MatchAsync(long length, Func<Task<ContentHash>> hash) =>
        Previous?.Length == length && (Length != length || await hash() != Hash) ? Previous
        : Length == length ? this
        : null;
}
