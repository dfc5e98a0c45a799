namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>The outcome of restoring a workspace. All lists are in the order of the paths' code points.</summary>
public sealed record DownloadedJobAssets
{
    public required JobId JobId { get; init; }

    /// <summary>The workspace, relative to the working directory of the process.</summary>
    public required string LocalBasePath { get; init; }

    /// <summary>Paths of the downloaded files.</summary>
    public required IReadOnlyList<string> Downloaded { get; init; }

    /// <summary>Paths of the files that the workspace had already, with the same bytes.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Files that could not be restored. The workspace was not changed at their paths.</summary>
    public required IReadOnlyList<JobFileFailure> Failed { get; init; }

    /// <summary>Objects of the job that are not restored, and files that could not be part of the set. Kept versions are not among them.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Paths of the job's images in the workspace, downloaded or skipped.</summary>
    public required IReadOnlyList<string> CharacterReferences { get; init; }
}
