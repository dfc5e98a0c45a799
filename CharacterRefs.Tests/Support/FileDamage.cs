namespace CharacterRefs.Tests.Support;

/// <summary>What happens to a file on a failing disk.</summary>
internal static class FileDamage
{
    /// <summary>Removes the second half.</summary>
    public static void Cut(string path)
    {
        using var file = Open(path);
        file.SetLength(file.Length / 2);
    }

    /// <summary>Changes one bit in the middle.</summary>
    public static void Flip(string path)
    {
        using var file = Open(path);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }

    /// <summary>As <see cref="Flip"/>; the modification time stays.</summary>
    public static void FlipAndKeepTheTime(string path)
    {
        var time = File.GetLastWriteTimeUtc(path);
        Flip(path);
        File.SetLastWriteTimeUtc(path, time);
    }

    /// <summary>Opens a file without a lock: the service closes a file some time after the end of the response.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
