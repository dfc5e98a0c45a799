using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Tries the bucket before the first request: wrong keys, a wrong bucket or region stop the start with the cause in words, and so does a store that says
/// nothing for as long as one request may take, however often requests are repeated. Where the start is not to be
/// stopped, the bucket is tried again until it once worked; until then the service is not ready, but it serves: not even a store that takes connections
/// and says nothing holds its start for longer than <see cref="LongestWait"/>.
/// </summary>
internal sealed partial class StorageCheck(
    StorageProbe probe, S3Pipeline pipeline, S3StoreOptions options, TimeProvider clock, ILogger<StorageCheck> logger) : BackgroundService
{
    /// <summary>How long a start that is not to be stopped waits for the end of the first try, and at the least how long one that may be.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile StorageProbeResult _result = StorageProbeResult.Failed("The bucket has not answered the first try yet.", null);

    /// <summary>What the last try found; the tries end with the first that worked.</summary>
    public StorageProbeResult Result => _result;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.IsStartRefused)
        {
            await base.StartAsync(cancellationToken);
            await Task.WhenAny(_firstTry.Task, Task.Delay(LongestWait, clock, cancellationToken));
            return;
        }

        // A try is several requests, so it is not held to a time that is short for one.
        using var patience = new CancellationTokenSource(options.AttemptTimeout > LongestWait ? options.AttemptTimeout : LongestWait, clock);
        _result = await probe.RunAsync(cancellationToken, patience.Token);
        if (!_result.IsWorking)
        {
            var cause = _result.Error is null && patience.IsCancellationRequested ? " " + (pipeline.Trouble ?? "The store did not answer.") : "";
            throw new InvalidSettingsException([$"STORAGE_BUCKET \"{options.Bucket}\" cannot be used. {_result.Words}{cause}"]);
        }

        LogPassed(logger, options.Bucket);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = options.ProbeInterval; !(_result = await probe.RunAsync(stoppingToken)).IsWorking; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            if (!_firstTry.Task.IsCompleted)
            {
                LogFailed(logger, options.Bucket, _result.Words);
                _firstTry.SetResult();
            }

            await Task.Delay(pause, clock, stoppingToken);
        }

        LogPassed(logger, options.Bucket);
        _firstTry.TrySetResult();
    }

    [LoggerMessage(152, LogLevel.Information, "Bucket {Bucket} was written, read and cleaned up")]
    private static partial void LogPassed(ILogger logger, string bucket);

    [LoggerMessage(153, LogLevel.Error, "Bucket {Bucket} cannot be used at the moment. {Problem}")]
    private static partial void LogFailed(ILogger logger, string bucket, string problem);
}
