using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// Whether the bucket is reachable: from one light request per <see cref="S3StoreOptions.ProbeInterval"/>, and from the circuit breaker in between.
/// </summary>
internal sealed partial class S3Reachability(
    IAssetStore store, S3Pipeline pipeline, S3StoreOptions options, TimeProvider clock, ILogger<S3Reachability> logger) : Worker, IStoreReachability
{
    private static readonly AssetKey s_absent = AssetLayout.Probe(Guid.Empty);

    // However often it is checked: a busy store or machine takes a second for a response.
    private static readonly TimeSpan s_shortestTimeout = TimeSpan.FromSeconds(3);

    private volatile AssetStoreUnavailableException? _problem;

    public bool IsReachable => _problem is null && !pipeline.IsOpen;

    public AssetStoreUnavailableException? Problem => _problem ?? (pipeline.LastFailure is { } lastFailure ? Unreachable(lastFailure) : null);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ProbeInterval, clock);
        do
        {
            var problem = await ProbeAsync(stoppingToken);
            if (problem is null != _problem is null)
            {
                LogChanged(logger, problem is null ? "reachable" : $"unreachable: {problem.Message}");
            }

            _problem = problem;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>What is wrong; <c>null</c> when the bucket responded.</returns>
    private async Task<AssetStoreUnavailableException?> ProbeAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(options.ProbeInterval > s_shortestTimeout ? options.ProbeInterval : s_shortestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
        try
        {
            // GET rather than HEAD: its response has a code, and so distinguishes a missing bucket from a missing object.
            await using var none = await store.OpenReadAsync(s_absent, null, either.Token);
            return null;
        }
        catch (AssetStoreUnavailableException error)
        {
            // A store that denies access responds, but is of no use either.
            LogProbe(logger, error.Message);
            return error;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return Unreachable(pipeline.LastFailure ?? "The store did not respond in time.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A fault of one probe must not end the probes, and the service with them.
            LogFault(logger, error);
            return Unreachable("The probe of the store failed. The log has the cause.");
        }
    }

    private static AssetStoreUnavailableException Unreachable(string message) => new(message, AssetStoreFault.Unreachable);

    [LoggerMessage(150, LogLevel.Warning, "The bucket became {State}")]
    private static partial void LogChanged(ILogger logger, string state);

    [LoggerMessage(151, LogLevel.Debug, "Probe of the bucket failed: {Cause}")]
    private static partial void LogProbe(ILogger logger, string cause);

    [LoggerMessage(155, LogLevel.Error, "Probe of the bucket failed unexpectedly")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
