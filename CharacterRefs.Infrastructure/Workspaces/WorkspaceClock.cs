using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// Decides which files may be remembered by how they look. File systems tell times in ticks of up to two seconds, so a file that was written within the
/// last tick may be written again and look the same; it gets no stamp until it is older. Git's index has the same rule.
/// </summary>
internal sealed class WorkspaceClock(TimeProvider time)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(2);

    public WorkspaceFile ToFile(JobAssetPath path, Entry entry)
    {
        var settled = time.GetUtcNow() - s_tick;
        var stamp = entry.ModifiedAt <= settled && entry.ChangedAt <= settled ? entry.Fingerprint : null;
        return new WorkspaceFile(path, entry.SizeBytes, entry.ModifiedAt, stamp) { Fingerprint = entry.Fingerprint };
    }
}
