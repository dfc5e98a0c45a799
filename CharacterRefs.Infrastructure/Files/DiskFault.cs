namespace CharacterRefs.Infrastructure.Files;

/// <summary>Translates disk errors into the port's exception, with the cause and without a path.</summary>
internal static class DiskFault
{
    private const int NoSpaceOnLinux = 28;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMacOs = 69;
    private const int ReadOnlyOnLinux = 30;
    private const int OtherFileSystem = 18;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>Whether this is an error of the file system.</summary>
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Runs work on the disk and translates its errors.</summary>
    /// <param name="what">Message, without a full stop.</param>
    public static T Guard<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (Is(error))
        {
            throw Translate(what, error);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string what, Action work) => Guard(what, () =>
    {
        work();
        return true;
    });

    /// <summary>Translates a disk error.</summary>
    public static LocalStorageException Translate(string what, Exception error) => new($"{what}: {Cause(error)}.", error);

    // On Unix the HResult of an IOException is the errno of the failed call.
    private static string Cause(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        { HResult: NoSpaceOnLinux or DiskFullOnWindows } => "the disk is full",
        { HResult: QuotaOnLinux or QuotaOnMacOs } => "the quota is used up",
        { HResult: ReadOnlyOnLinux } => "the file system is read-only",
        { HResult: OtherFileSystem } => "it is on another file system than the temporary files",
        _ => "the disk reported an error",
    };
}
