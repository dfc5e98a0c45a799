using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Whether <c>JOBS_ROOT</c> is writable.</summary>
internal sealed class JobsRootHealth(WorkspaceStaging staging, TimeProvider clock) : DiskHealth(clock)
{
    protected override async Task<IStagedFile?> StageAsync(Stream content, long length) =>
        await staging.StageAsync(content, length, "JOBS_ROOT is not writable", CancellationToken.None);
}
