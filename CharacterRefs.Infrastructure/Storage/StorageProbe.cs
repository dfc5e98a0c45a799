using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Writes, reads and deletes one small object, so that a wrong bucket, key, region or clock is found before the first paid image. The write is first,
/// because its error responses carry a code and those to HEAD do not.
/// </summary>
internal sealed class StorageProbe(IAssetStore store, TimeProvider clock)
{
    /// <summary>How long the removal of the test object may take after a failure.</summary>
    internal static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Probes once.</summary>
    /// <param name="cancellationToken">Stops the probe without a result.</param>
    /// <param name="timeout">Stops it too, with a result that says so.</param>
    public async Task<StorageProbeResult> RunAsync(CancellationToken cancellationToken, CancellationToken timeout = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout);
        var key = AssetLayout.Probe(Guid.NewGuid());
        var content = AssetContent.FromBytes(Encoding.UTF8.GetBytes($"Probe of the store; can be deleted: {key}"), "text/plain");
        var step = "written";
        var mayExist = true; // a write that failed may have succeeded with only its response lost
        try
        {
            await store.SaveAsync(key, content, either.Token);
            step = "read back";
            if (await AssetIdentity.HashAsync(store, key, either.Token) != content.Sha256)
            {
                return StorageProbeResult.Failed("A test object was written, but other bytes were read back.", null);
            }

            step = "deleted";
            await store.DeleteAsync(key, either.Token);
            mayExist = false;
            return await store.FindAsync(key, either.Token) is null
                ? StorageProbeResult.Passed
                : StorageProbeResult.Failed("A test object was deleted, but still exists.", null);
        }
        catch (AssetStoreUnavailableException error)
        {
            return StorageProbeResult.Failed($"A test object could not be {step}. {error.Message}", error);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return StorageProbeResult.Failed($"A test object could not be {step} in time.", null);
        }
        finally
        {
            if (mayExist)
            {
                await RemoveAsync(key);
            }
        }
    }

    // With a timeout of its own, because the caller may have stopped.
    private async Task RemoveAsync(AssetKey key)
    {
        using var timeout = new CancellationTokenSource(RemovalTimeout, clock);
        try
        {
            await store.DeleteAsync(key, timeout.Token);
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or OperationCanceledException)
        {
            // The result already says that the store does not work.
        }
    }
}
