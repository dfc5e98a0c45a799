using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>Tells whether the store has what a job's manifest says.</summary>
public sealed class VerifyJobAssetsHandler(SetInspection inspection)
{
    /// <param name="jobId">The job.</param>
    /// <param name="depth">How closely to look.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns><see cref="ErrorKind.NotFound"/> without a manifest, <see cref="ErrorKind.Conflict"/> when it cannot be understood.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; what it has is not known.</exception>
    public async Task<Result<VerifiedJobAssets>> HandleAsync(JobId jobId, VerifyDepth depth, CancellationToken cancellationToken)
    {
        if (!(await inspection.RunAsync(jobId, depth, cancellationToken)).TryGet(out var findings, out var error))
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
