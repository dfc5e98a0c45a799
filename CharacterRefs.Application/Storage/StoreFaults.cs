using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Storage;

/// <summary>What a store or a disk refused for one file of many, as the refusal of that file.</summary>
internal static class StoreFaults
{
    /// <summary>Nothing, or another thing than was sent, stands under a key after the store took it.</summary>
    public static Error NotKept { get; } = new(
        ErrorKind.StorageUnavailable, "The store accepted the file but does not have it with the right length and hash.");

    public static Error ToError(this AssetStoreUnavailableException fault) =>
        new(fault.Fault is AssetStoreFault.NoCredentials ? ErrorKind.ConfigurationError : ErrorKind.StorageUnavailable, fault.Message)
        {
            RetryAfter = fault.RetryAfter,
        };

    public static Error ToError(this LocalStorageException fault) =>
        new(fault.IsObstructed ? ErrorKind.Conflict : ErrorKind.StorageUnavailable, fault.Message);
}
