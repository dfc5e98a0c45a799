using System.IO.Enumeration;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Win32.SafeHandles;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// A directory that was reached without following a link and is held open: names are resolved in it even when its path changes meanwhile.
/// </summary>
/// <remarks>
/// On Linux it is a descriptor: every call uses <c>/proc/self/fd/N</c>, which resolves to the directory, so that .NET's own calls can be used. Elsewhere, and
/// without <c>/proc</c>, each name is checked before it is used, which leaves a moment in which another program could replace it by a link. There .NET
/// distinguishes only links and directories, so that pipes, sockets and devices count as files, and identity is unknown.
/// </remarks>
internal sealed class HeldFolder : IDisposable
{
    private static readonly bool s_canHold = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    private static readonly EnumerationOptions s_everyName = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly SafeFileHandle? _handle;

    private HeldFolder(string path, SafeFileHandle? handle) => (Path, _handle) = (path, handle);

    /// <summary>A path of this directory, valid while it is held.</summary>
    public string Path { get; }

    /// <summary>Opens a directory by its absolute path; its last name must not be a link.</summary>
    public static ReachedFolder Open(string path) => s_canHold ? Hold(null, path) : Look(path);

    /// <summary>Opens a directory in this one.</summary>
    public ReachedFolder OpenFolder(string name) => _handle is null ? Look(PathOf(name)) : Hold(_handle, name);

    /// <summary>Opens a directory in this one; creates it durably when it does not exist.</summary>
    public ReachedFolder OpenOrCreateFolder(string name)
    {
        var reached = OpenFolder(name);
        if (!reached.IsAbsent)
        {
            return reached;
        }

        Directory.CreateDirectory(PathOf(name));
        DurableRename.FlushDirectory(Path);
        return OpenFolder(name);
    }

    /// <summary>A path of a name in this directory. The name is not checked.</summary>
    public string PathOf(string name) => System.IO.Path.Join(Path, name);

    /// <summary>Reads an entry; <c>null</c> when there is none.</summary>
    public Entry? Find(string name) => _handle is null ? LookAt(PathOf(name)) : LinuxEntries.Find(_handle, name);

    /// <summary>All names; none when the directory was deleted meanwhile.</summary>
    public IReadOnlyList<string> Names()
    {
        try
        {
            return [.. new FileSystemEnumerable<string>(Path, (ref FileSystemEntry entry) => entry.FileName.ToString(), s_everyName)];
        }
        catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Opens a plain file and returns its entry.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    public (SafeFileHandle Handle, Entry Entry)? OpenFile(string name)
    {
        if (Find(name) is not { Kind: EntryKind.File } found || OpenForReading(name) is not { } handle)
        {
            return null;
        }

        try
        {
            var opened = _handle is null ? found : LinuxEntries.Of(handle);
            if (opened.Kind is EntryKind.File)
            {
                return (handle, opened);
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        handle.Dispose();
        return null;
    }

    public void Dispose() => _handle?.Dispose();

    private static ReachedFolder Hold(SafeFileHandle? parent, string name)
    {
        if (LinuxEntries.Hold(parent, name) is not { } handle)
        {
            return default;
        }

        var kind = LinuxEntries.Of(handle).Kind;
        if (kind is EntryKind.Folder)
        {
            return new ReachedFolder(new HeldFolder(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}"), handle));
        }

        handle.Dispose();
        return new ReachedFolder(null, kind);
    }

    private static ReachedFolder Look(string path) => LookAt(path)?.Kind switch
    {
        null => default,
        EntryKind.Folder => new ReachedFolder(new HeldFolder(path, null)),
        { } kind => new ReachedFolder(null, kind),
    };

    private static Entry? LookAt(string path)
    {
        try
        {
            var attributes = File.GetAttributes(path);
            var kind = attributes.HasFlag(FileAttributes.ReparsePoint) ? EntryKind.Link
                : attributes.HasFlag(FileAttributes.Directory) ? EntryKind.Folder
                : EntryKind.File;
            if (kind is not EntryKind.File)
            {
                return new Entry(kind, 0, default, default, "");
            }

            var file = new FileInfo(path);
            var modified = new DateTimeOffset(file.LastWriteTimeUtc);
            return new Entry(
                kind,
                file.Length,
                modified,
                modified,
                string.Create(CultureInfo.InvariantCulture, $"{file.Length}/{modified.Ticks}/{file.CreationTimeUtc.Ticks}"));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private SafeFileHandle? OpenForReading(string name)
    {
        if (_handle is not null)
        {
            return LinuxEntries.OpenForReading(_handle, name);
        }

        try
        {
            return File.OpenHandle(
                PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
