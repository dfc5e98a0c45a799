using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// Knows whether the bucket answers, from one light look every few seconds and from the circuit breaker in between, so that no request has to find
/// out by itself.
/// </summary>
internal sealed partial class S3Reachability(
    IAssetStore store, S3Pipeline pipeline, S3StoreOptions options, TimeProvider clock, ILogger<S3Reachability> logger) : BackgroundService, IStoreReachability
{
    private static readonly AssetKey s_absent = AssetLayout.Probe(Guid.Empty);

    private volatile AssetStoreUnavailableException? _problem;

    public bool IsReachable => _problem is null && !pipeline.IsOpen;

    public AssetStoreUnavailableException? Problem => _problem ?? (pipeline.Trouble is { } trouble ? Unreachable(trouble) : null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ProbeInterval, clock);
        do
        {
            var problem = await LookAsync(stoppingToken);
            if (problem is null != _problem is null)
            {
                LogChanged(logger, problem is null ? "answers again" : $"is not asked until it answers a look: {problem.Message}");
            }

            _problem = problem;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>What is wrong; <c>null</c> when the bucket answered.</returns>
    private async Task<AssetStoreUnavailableException?> LookAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(options.ProbeInterval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            // Read rather than looked for: the answer to reading tells by a code what is wrong, and a missing bucket from a missing object.
            await using var none = await store.OpenReadAsync(s_absent, null, either.Token);
            return null;
        }
        catch (AssetStoreUnavailableException error)
        {
            // A store that refuses us does answer, but nothing can be had from it either.
            LogLook(logger, error.Message);
            return error;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return Unreachable(pipeline.Trouble ?? "The store does not answer in time.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A fault in looking must not end the looking, and the service with it.
            LogFault(logger, error);
            return Unreachable("The store could not be looked at. The log has the cause.");
        }
    }

    private static AssetStoreUnavailableException Unreachable(string words) => new(words, AssetStoreFault.Unreachable);

    [LoggerMessage(150, LogLevel.Warning, "The store {Change}")]
    private static partial void LogChanged(ILogger logger, string change);

    [LoggerMessage(151, LogLevel.Debug, "The store was looked at in vain: {Error}")]
    private static partial void LogLook(ILogger logger, string error);

    [LoggerMessage(155, LogLevel.Error, "Looking at the store failed by a fault")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
