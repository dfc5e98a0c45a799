namespace CharacterRefs.Domain.Assets;

/// <summary>Distinguishes the states of an asset that is replaced. Opaque: each store has tags of its own.</summary>
public sealed record AssetTag
{
    private AssetTag(string? value) => Value = value;

    /// <summary>The store gave no tag, so the state cannot be a condition.</summary>
    public static AssetTag Unknown { get; } = new(value: null);

    /// <summary>No asset exists at the key.</summary>
    public static AssetTag Absent { get; } = new("");

    /// <summary>The tag; <c>null</c> when it is unknown, empty for <see cref="Absent"/>.</summary>
    public string? Value { get; }

    /// <summary>A tag of a store; <see cref="Unknown"/> for <c>null</c> and for an empty one.</summary>
    public static AssetTag Of(string? value) => string.IsNullOrEmpty(value) ? Unknown : new AssetTag(value);
}
