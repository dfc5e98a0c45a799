using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.Storage;

/// <summary>
/// What of a caught fault is logged: when the store, the disk or the catalog fails, the cause in one line; of every other fault, which may be a mistake in the
/// program, its stack trace too.
/// </summary>
public static class LoggedFaults
{
    /// <summary>The cause in one line; of a disk or a catalog with the message of the system.</summary>
    public static string ToCause(this Exception fault) =>
        fault is LocalStorageException { InnerException: { } inner } ? $"{fault.Message} ({inner.GetBaseException().Message})" : fault.Message;

    /// <summary>The fault itself, for its stack trace; <c>null</c> when the cause says all.</summary>
    public static Exception? ToTrace(this Exception fault) => fault is AssetStoreUnavailableException or LocalStorageException ? null : fault;
}
