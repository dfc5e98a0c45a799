using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Storage.Assets;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Tries a store with one small object: writes it, reads it back, deletes it. A wrong bucket, key, region or clock and a read-only disk show here and
/// not with the first paid image. Writing goes first, because its refusals carry a code and those of looking do not.
/// </summary>
internal sealed class StorageProbe(IAssetStore store, TimeProvider clock)
{
    private static readonly TimeSpan s_deletePatience = TimeSpan.FromSeconds(5);

    /// <summary>Tries once.</summary>
    /// <param name="cancellationToken">Stops the try without a finding.</param>
    /// <param name="patience">Stops it too, and that the store took so long is the finding.</param>
    public async Task<StorageProbeResult> RunAsync(CancellationToken cancellationToken, CancellationToken patience = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience);
        var key = AssetLayout.Probe(Guid.NewGuid());
        var content = AssetContent.FromBytes(Encoding.UTF8.GetBytes($"Written to try the store, and to be deleted: {key}"), "text/plain");
        var step = "written";
        var mayBeThere = true; // a write that failed may have been done, and only its answer lost
        try
        {
            await store.SaveAsync(key, content, either.Token);
            step = "read back";
            if (await AssetIdentity.HashAsync(store, key, either.Token) != content.Sha256)
            {
                return StorageProbeResult.Failed("A test object was written, and is not what is read back.", null);
            }

            step = "deleted";
            await store.DeleteAsync(key, either.Token);
            mayBeThere = false;
            return await store.FindAsync(key, either.Token) is null
                ? StorageProbeResult.Passed
                : StorageProbeResult.Failed("A test object was deleted, and is still there.", null);
        }
        catch (AssetStoreUnavailableException error)
        {
            return StorageProbeResult.Failed($"A test object could not be {step}. {error.Message}", error);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return StorageProbeResult.Failed($"A test object could not be {step} in time.", null);
        }
        finally
        {
            if (mayBeThere)
            {
                await RemoveAsync(key);
            }
        }
    }

    // With a time limit of its own, because the caller may have given up.
    private async Task RemoveAsync(AssetKey key)
    {
        using var patience = new CancellationTokenSource(s_deletePatience, clock);
        try
        {
            await store.DeleteAsync(key, patience.Token);
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or OperationCanceledException)
        {
            // The result already says that the store does not work.
        }
    }
}
