using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Whether <c>DATA_ROOT</c> is writable.</summary>
internal sealed class LocalDiskHealth(IReferenceFiles files, TimeProvider clock) : DiskHealth(clock)
{
    protected override Task<IStagedFile?> StageAsync(Stream content, long length) => files.StageAsync(content, length, CancellationToken.None);
}
