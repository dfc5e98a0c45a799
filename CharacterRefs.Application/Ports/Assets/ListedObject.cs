namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Something in a store, whoever put it there.</summary>
/// <param name="Name">Its name, exactly as the store has it.</param>
/// <param name="Asset">The asset that it is; <c>null</c> when its name is no legal key, so that nothing here can read, write or remove it.</param>
public sealed record ListedObject(string Name, AssetEntry? Asset);
