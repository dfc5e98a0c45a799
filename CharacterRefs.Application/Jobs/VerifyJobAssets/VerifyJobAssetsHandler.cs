using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>Compares the store with a job's manifest.</summary>
public sealed class VerifyJobAssetsHandler(SetInspection inspection, JobActivities activities)
{
    /// <returns><see cref="ErrorKind.NotFound"/> without a manifest, <see cref="ErrorKind.Conflict"/> when it is not valid.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; its contents are unknown.</exception>
    public async Task<Result<VerifiedJobAssets>> HandleAsync(JobId jobId, VerifyDepth depth, CancellationToken cancellationToken)
    {
        using var activity = activities.Begin(jobId, JobOperation.Verify);
        if (!(await inspection.RunAsync(activity, depth, cancellationToken)).TryGet(out var findings, out var error))
        {
            return error;
        }

        return new VerifiedJobAssets(
            jobId,
            depth,
            [.. findings.Ok.Select(file => file.Path.Value)],
            [.. findings.Missing.Select(file => file.Path.Value)],
            [.. findings.Extra.Order(StringComparer.Ordinal)],
            [.. findings.Corrupt.Select(file => file.Path.Value).Concat(findings.Refused).Order(StringComparer.Ordinal)]);
    }
}
