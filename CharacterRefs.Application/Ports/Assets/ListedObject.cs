namespace CharacterRefs.Application.Ports.Assets;

/// <summary>An object in a store, of this service or of others.</summary>
/// <param name="Name">Its exact name in the store.</param>
/// <param name="Asset">The asset; <c>null</c> when the name is not a valid key and this service can neither read, write nor remove it.</param>
public sealed record ListedObject(string Name, AssetEntry? Asset);
