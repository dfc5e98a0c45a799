using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>
/// Knows whether the bucket answers, from one light look every few seconds and from the circuit breaker in between, so that no request has to find
/// out by itself.
/// </summary>
internal sealed partial class S3Reachability(
    IAssetStore store, S3Pipeline pipeline, S3StoreOptions options, TimeProvider time, ILogger<S3Reachability> logger) : BackgroundService, IStoreReachability
{
    private static readonly AssetKey Absent = AssetLayout.Probe(Guid.Empty);

    private volatile bool _answered = true;
    private volatile string? _problem;

    public bool IsReachable => _answered && !pipeline.IsOpen;

    /// <summary>Why the last look was in vain, in words that may be shown; <c>null</c> when it was not.</summary>
    public string? Problem => _problem;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ProbeInterval, time);
        do
        {
            var answers = await LookAsync(stoppingToken);
            if (answers != _answered)
            {
                _answered = answers;
                LogChanged(logger, answers ? "answers again" : "does not answer");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> LookAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(options.ProbeInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            await store.FindAsync(Absent, either.Token);
            _problem = null;
            return true;
        }
        catch (AssetStoreUnavailableException error)
        {
            // A store that refuses us does answer, but nothing can be had from it either.
            _problem = error.Message;
            LogLook(logger, error.Message);
            return false;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            _problem = "No answer came in time.";
            return false;
        }
    }

    [LoggerMessage(150, LogLevel.Warning, "The store {Change}")]
    private static partial void LogChanged(ILogger logger, string change);

    [LoggerMessage(151, LogLevel.Debug, "The store was looked at in vain: {Error}")]
    private static partial void LogLook(ILogger logger, string error);
}
