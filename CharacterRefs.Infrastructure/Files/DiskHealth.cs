using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// Whether a directory is writable, by writing and removing a file. The result is remembered for a second: everybody may request it, and each probe costs a
/// flush of the disk.
/// </summary>
internal abstract class DiskHealth(TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan s_remembered = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_probe = new byte[4096];

    private readonly Lock _lock = new();
    private DateTimeOffset _startedAt;
    private Task<HealthCheckResult>? _latest;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // A probe that still runs is shared too: the disk may hang. A clock that was set back does not keep a result.
            var age = clock.GetUtcNow() - _startedAt;
            if (_latest is null || (_latest.IsCompleted && (age >= s_remembered || age < TimeSpan.Zero)))
            {
                (_latest, _startedAt) = (ProbeAsync(), clock.GetUtcNow());
            }

            return _latest.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stages a file.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    protected abstract Task<IStagedFile?> StageAsync(Stream content, long length);

    private async Task<HealthCheckResult> ProbeAsync()
    {
        try
        {
            using var staged = await StageAsync(new MemoryStream(s_probe), s_probe.Length);
            return HealthCheckResult.Healthy();
        }
        catch (LocalStorageException error)
        {
            return HealthCheckResult.Unhealthy(error.Message); // an exception would be logged with its trace at each probe
        }
    }
}
