using System.Diagnostics.CodeAnalysis;

namespace CharacterRefs.Domain.Assets;

/// <summary>
/// A folder of assets: a valid key followed by <c>/</c>, or empty for all assets. The slash is part of it, so the folder <c>a/b/</c> does not contain
/// <c>a/bc</c>.
/// </summary>
public sealed record AssetKeyPrefix
{
    private AssetKeyPrefix(string value) => Value = value;

    /// <summary>Every asset of the store.</summary>
    public static AssetKeyPrefix All { get; } = new("");

    /// <summary>Empty, or ending with a slash.</summary>
    public string Value { get; }

    /// <summary>The folder with the name of this key.</summary>
    public static AssetKeyPrefix Of(AssetKey folder) => new(folder.Value + "/");

    /// <summary>Parses a prefix without changing it.</summary>
    /// <returns>Whether it is empty, or a valid key followed by one slash.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AssetKeyPrefix? prefix)
    {
        prefix = text switch
        {
            null => null,
            "" => All,
            _ => text.EndsWith('/') && AssetKey.TryParse(text[..^1], out var folder) ? Of(folder) : null,
        };
        return prefix is not null;
    }

    /// <summary>Parses a prefix without changing it.</summary>
    /// <exception cref="FormatException">It is not a valid prefix; the message does not repeat it.</exception>
    public static AssetKeyPrefix Parse(string text) =>
        TryParse(text, out var prefix)
            ? prefix
            : throw new FormatException("A prefix of asset keys is empty or a valid key followed by one slash.");

    /// <summary>Whether the key is in this folder, at any depth.</summary>
    public bool Contains(AssetKey key) => key.Value.StartsWith(Value, StringComparison.Ordinal);

    /// <summary>The key of this name in the folder.</summary>
    /// <exception cref="FormatException">Together they are not a valid key.</exception>
    public AssetKey Append(string name) => AssetKey.Parse(Value + name);

    public override string ToString() => Value;
}
