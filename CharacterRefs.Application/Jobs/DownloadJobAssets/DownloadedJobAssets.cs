using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>What came of rebuilding a workspace. All lists are in the order of the paths' code points.</summary>
public sealed record DownloadedJobAssets
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The workspace, relative to the working directory of the process.</summary>
    public required string LocalBasePath { get; init; }

    /// <summary>Paths of the files that were fetched.</summary>
    public required IReadOnlyList<string> Downloaded { get; init; }

    /// <summary>Paths of the files that were there already, with the same bytes.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>What could not be fetched. Of these nothing was changed in the workspace.</summary>
    public required IReadOnlyList<JobFileFailure> Failed { get; init; }

    /// <summary>Paths of the job's images that are in the workspace now, fetched or there already.</summary>
    public required IReadOnlyList<string> CharacterReferences { get; init; }
}
