namespace CharacterRefs.Tests.Support;

/// <summary>What happens to a file on a failing disk.</summary>
internal static class FileDamage
{
    /// <summary>Removes the second half.</summary>
    public static void Cut(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length / 2);
    }

    /// <summary>Changes one bit in the middle.</summary>
    public static void Flip(string path)
    {
        using var file = File.Open(path, FileMode.Open);
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
}
