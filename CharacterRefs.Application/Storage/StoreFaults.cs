using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Storage;

/// <summary>Maps exceptions of a store and of the local disk to errors.</summary>
public static class StoreFaults
{
    /// <summary>The store accepted a file, but the object is absent or does not match.</summary>
    public static Error NotKept { get; } = new(ErrorKind.StorageUnavailable, "The store accepted the file, but the object does not match its length and hash.");

    /// <summary><see cref="ErrorKind.ConfigurationError"/> without credentials, otherwise <see cref="ErrorKind.StorageUnavailable"/>.</summary>
    public static Error ToError(this AssetStoreUnavailableException fault) =>
        new(fault.Fault is AssetStoreFault.NoCredentials ? ErrorKind.ConfigurationError : ErrorKind.StorageUnavailable, fault.Message)
        {
            RetryAfter = fault.RetryAfter,
        };

    /// <summary>
    /// <see cref="ErrorKind.Conflict"/> when a foreign entry has the place of a file, otherwise <see cref="ErrorKind.StorageUnavailable"/>.
    /// </summary>
    public static Error ToError(this LocalStorageException fault) =>
        new(fault.IsObstructed ? ErrorKind.Conflict : ErrorKind.StorageUnavailable, fault.Message);
}
