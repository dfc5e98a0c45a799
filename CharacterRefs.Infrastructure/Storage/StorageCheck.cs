using CharacterRefs.Infrastructure.Hosting;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Probes the bucket before the first request. A store that rejects requests (keys, bucket, region, clock) or damages what it keeps stops the start with
/// the cause, unless the bucket is not required. A store that does not respond does not: everything local works without it. Then the probe is retried until
/// it passes once.
/// </summary>
internal sealed partial class StorageCheck(
    StorageProbe probe, S3Pipeline pipeline, S3StoreOptions options, TimeProvider clock, ILogger<StorageCheck> logger) : Worker
{
    /// <summary>How long the start waits for the first probe when the bucket is not required; the shortest time limit of the probe when it is.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_maxDelay = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _firstProbe = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _delay = TimeSpan.Zero;

    private volatile StorageProbeResult _result = StorageProbeResult.Failed("The bucket has not responded to the first probe yet.", null);

    /// <summary>Result of the last probe; the probes end with the first that passes.</summary>
    public StorageProbeResult Result => _result;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.IsRequiredAtStart)
        {
            await base.StartAsync(cancellationToken);
            await _firstProbe.Task.WaitAsync(LongestWait, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        // A probe is several requests, so a short limit for one does not limit it.
        using var timeout = new CancellationTokenSource(options.AttemptTimeout > LongestWait ? options.AttemptTimeout : LongestWait, clock);
        _result = await probe.RunAsync(cancellationToken, timeout.Token);
        if (_result.IsWorking)
        {
            LogPassed(logger, options.Bucket);
            return;
        }

        var cause = _result.Error is null && timeout.IsCancellationRequested ? " " + (pipeline.LastFailure ?? "The store did not respond.") : "";
        _result = _result with { Message = _result.Message + cause };
        if (!_result.IsSilent)
        {
            throw new InvalidSettingsException([$"STORAGE_BUCKET \"{options.Bucket}\" cannot be used. {_result.Message}"]);
        }

        LogFailed(logger, options.Bucket, _result.Message);
        _firstProbe.SetResult();
        _delay = options.ProbeInterval;
        await base.StartAsync(cancellationToken);
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(_delay, clock, stoppingToken);
        for (var delay = options.ProbeInterval; !(_result = await probe.RunAsync(stoppingToken)).IsWorking; delay = Next(delay))
        {
            if (!_firstProbe.Task.IsCompleted)
            {
                LogFailed(logger, options.Bucket, _result.Message);
                _firstProbe.SetResult();
            }

            await Task.Delay(delay, clock, stoppingToken);
        }

        LogPassed(logger, options.Bucket);
        _firstProbe.TrySetResult();
    }

    private static TimeSpan Next(TimeSpan delay) => delay * 2 < s_maxDelay ? delay * 2 : s_maxDelay;

    [LoggerMessage(152, LogLevel.Information, "Probe of bucket {Bucket} passed")]
    private static partial void LogPassed(ILogger logger, string bucket);

    [LoggerMessage(153, LogLevel.Error, "Probe of bucket {Bucket} failed and is retried; local files are served meanwhile: {Cause}")]
    private static partial void LogFailed(ILogger logger, string bucket, string cause);
}
