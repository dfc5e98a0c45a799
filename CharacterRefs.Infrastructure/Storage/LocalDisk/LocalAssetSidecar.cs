using System.Text.Json.Serialization;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>What a file cannot carry itself.</summary>
/// <param name="Key">The asset's key, for whoever reads the directory by hand.</param>
/// <param name="Length">Length of the bytes it was written for; a file of another length was put there by somebody else.</param>
/// <param name="MediaType">IANA media type.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
internal sealed record LocalAssetSidecar(string Key, long Length, string MediaType, string Sha256)
{
    /// <summary>The hash as a value.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    [JsonIgnore]
    public ContentHash Hash => ContentHash.Parse(Sha256);
}
