using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Tries the bucket before the first request: wrong keys, a wrong bucket or region stop the start with the cause in words. Where the start is not to be
/// stopped, the bucket is tried again until it once worked; until then the service is not ready.
/// </summary>
internal sealed partial class StorageCheck(StorageProbe probe, S3StoreOptions options, TimeProvider time, ILogger<StorageCheck> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private volatile StorageProbeResult _result = StorageProbeResult.Failed("The bucket was not tried yet.", null);

    /// <summary>What the last try found; the tries end with the first that worked.</summary>
    public StorageProbeResult Result => _result;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _result = await probe.RunAsync(cancellationToken);
        if (_result.IsWorking)
        {
            LogPassed(logger, options.Bucket);
            return;
        }

        if (options.IsStartRefused)
        {
            throw new InvalidSettingsException([$"STORAGE_BUCKET \"{options.Bucket}\" cannot be used. {_result.Words}"]);
        }

        LogFailed(logger, options.Bucket, _result.Words);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = options.ProbeInterval; !_result.IsWorking; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, time, stoppingToken);
            _result = await probe.RunAsync(stoppingToken);
        }

        LogPassed(logger, options.Bucket);
    }

    [LoggerMessage(152, LogLevel.Information, "Bucket {Bucket} was written, read and cleaned up")]
    private static partial void LogPassed(ILogger logger, string bucket);

    [LoggerMessage(153, LogLevel.Error, "Bucket {Bucket} cannot be used at the moment. {Problem}")]
    private static partial void LogFailed(ILogger logger, string bucket, string problem);
}
