namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// Decides which files may be remembered by their stamps. File systems keep times in ticks of up to two seconds, so a file that was written within the
/// last tick may be written again and look the same; it gets no stamp until it is older. Git's index has the same rule. After a loss of power a file may look
/// as it did and have lost bytes that were not on the disk yet; so a stamp holds for one boot.
/// </summary>
/// <param name="boot">Identifies this boot of the system; <c>null</c> where nothing does.</param>
internal sealed class WorkspaceClock(TimeProvider clock, string? boot)
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(2);

    /// <summary>The clock of this machine. Only Linux identifies its boots.</summary>
    public WorkspaceClock(TimeProvider clock)
        : this(clock, File.Exists(BootId) ? File.ReadAllText(BootId).Trim() : null)
    {
    }

    /// <summary>Whether files must be on the disk before they are trusted, because nothing would reveal that they lost bytes.</summary>
    public bool TrustsOnlyTheDisk => boot is null;

    public WorkspaceFile ToFile(JobAssetPath path, Entry entry)
    {
        var settled = clock.GetUtcNow() - s_tick;
        var stamp = entry.ModifiedAt <= settled && entry.ChangedAt <= settled ? $"{entry.Fingerprint}@{boot}" : null;
        return new WorkspaceFile(path, entry.SizeBytes, entry.ModifiedAt, stamp) { Fingerprint = entry.Fingerprint };
    }
}
