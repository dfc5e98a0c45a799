using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Derivatives;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Degraded while local files are known to be damaged and were not replaced: of images, of derivatives, of the local store. All others are served, so the
/// service stays ready. Keys of the store are not named, because they have names of clients.
/// </summary>
internal sealed class LocalFilesHealth(FileIntegrity integrity, IAssetStore store, DerivativeCheck derivatives) : IHealthCheck
{
    private const int MostNamed = 10;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = new List<string>();
        Add([.. integrity.Damaged.Select(id => id.ToString())], "local files are damaged and have no good copy");
        Add([.. derivatives.Damaged.Select(file => $"{file.Id}/{file.Derivative.Name}")], "derivatives are damaged and could not be rendered again");
        if (store.Damaged is { Count: > 0 and var count })
        {
            problems.Add($"{count} assets of the local store are damaged; the log names them.");
        }

        return Task.FromResult(problems.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(' ', problems)));

        void Add(IReadOnlyCollection<string> damaged, string what)
        {
            if (damaged.Count > 0)
            {
                problems.Add($"{damaged.Count} {what}: {string.Join(", ", damaged.Take(MostNamed))}" + (damaged.Count > MostNamed ? " and more." : "."));
            }
        }
    }
}
