using System.Runtime.InteropServices;
using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Api.Startup;

/// <summary>
/// The permissions of everything that this process creates: images, the catalog and its journals, workspaces. Not on Windows, where files inherit those of
/// their directory.
/// </summary>
internal static class FilePermissions
{
    /// <summary>
    /// <c>FILE_UMASK</c>: the permissions that new files and directories do not get, three octal digits; default <c>077</c> = only the owner has any.
    /// </summary>
    public static string Read(Settings settings) => settings.Text(
        "FILE_UMASK", "077", "three octal digits, the first of them 0", value => value is ['0', >= '0' and <= '7', >= '0' and <= '7'] ? value : null) ?? "077";

    /// <summary>Sets them for this process.</summary>
    public static void Apply(string umask)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetUmask(umask.Aggregate(0u, (mask, digit) => (mask * 8) + uint.Parse([digit], CultureInfo.InvariantCulture)));
        }
    }

    [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetUmask(uint mask);
}
