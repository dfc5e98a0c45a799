using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>Tries the bucket before the first request: wrong keys, a wrong bucket or region stop the start with the cause in words.</summary>
internal sealed partial class StorageCheck(StorageProbe probe, S3StoreOptions options, ILogger<StorageCheck> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var result = await probe.RunAsync(cancellationToken);
        if (result.IsWorking)
        {
            LogPassed(logger, options.Bucket);
        }
        else if (options.IsStartRefused)
        {
            throw new InvalidSettingsException([$"STORAGE_BUCKET \"{options.Bucket}\" cannot be used. {result.Words}"]);
        }
        else
        {
            LogFailed(logger, options.Bucket, result.Words);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(152, LogLevel.Information, "Bucket {Bucket} was written, read and cleaned up")]
    private static partial void LogPassed(ILogger logger, string bucket);

    [LoggerMessage(153, LogLevel.Error, "Bucket {Bucket} cannot be used at the moment. {Problem}")]
    private static partial void LogFailed(ILogger logger, string bucket, string problem);
}
