using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>Translates faults of the disk to the port's exception. The causes are those of <see cref="DiskFault"/>.</summary>
internal static class LocalAssetFault
{
    public const string CannotRead = "The asset could not be read from the local store";
    public const string CannotWrite = "The asset could not be written to the local store";

    /// <inheritdoc cref="DiskFault.Guard{T}"/>
    public static T Guard<T>(string what, Func<T> work)
    {
        try
        {
            return DiskFault.Guard(what, work);
        }
        catch (LocalStorageException error)
        {
            throw Translate(error);
        }
    }

    /// <summary>The port's exception for a fault of the disk.</summary>
    public static AssetStoreUnavailableException Translate(LocalStorageException error) => new(error.Message, AssetStoreFault.Rejected, inner: error);

    /// <summary>The port's exception for a failed read; <c>null</c> when the fault is not the disk's.</summary>
    public static AssetStoreUnavailableException? OfReading(Exception error) =>
        DiskFault.Is(error) ? Translate(DiskFault.Translate(CannotRead, error)) : null;
}
