using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure.Files;

/// <summary>
/// Lets one process with workers use a <c>DATA_ROOT</c> at a time: rows are cached in memory, and workers of two processes would resume the same generations.
/// Commands without workers do not take it.
/// </summary>
internal sealed class DataRootLock(DataRootOptions options) : IHostedService, IDisposable
{
    private FileStream? _held;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _held = DiskFault.Guard("Its lock cannot be created", () => FileLock.TryTake(Path.Join(options.Path, "catalog.db.service-lock")));
        }
        catch (LocalStorageException error)
        {
            throw new InvalidSettingsException([$"DATA_ROOT is \"{options.Path}\". {error.Message}"]);
        }

        return _held is not null ? Task.CompletedTask : throw new InvalidSettingsException([
            $"DATA_ROOT is \"{options.Path}\", and another CharacterRefs process uses it; allowed: one at a time. "
            + "Stop the other one, or set another DATA_ROOT."]);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _held?.Dispose();
}
