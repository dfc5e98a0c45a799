namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Writes, finds, reads and deletes one small object, so that a wrong bucket, key, region or clock is found before the first paid image, and so is a store
/// that does not report length and metadata. The write is first,
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
            step = "found";
            if (Problem(await store.FindAsync(key, either.Token), content) is { } problem)
            {
                return StorageProbeResult.Failed(problem, null);
            }

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
            return StorageProbeResult.Failed($"A test object could not be {step} in time.", null) with { IsSilent = true };
        }
        finally
        {
            if (mayExist)
            {
                await RemoveAsync(key);
            }
        }
    }

    /// <returns>What a store reports that is not what was written; every later check of a copy would fail on it. <c>null</c> when all is right.</returns>
    private static string? Problem(AssetMetadata? found, AssetContent written) => found switch
    {
        null => "A test object was written, but HEAD does not find it.",
        { Length: var length } when length != written.Length =>
            $"A test object of {written.Length} bytes was written, but HEAD reports a length of {length}. "
                + "The store, or a proxy before it, must keep Content-Length.",
        { Sha256: null } =>
            "A test object was written, but the store dropped its metadata (x-amz-meta-sha256). The store, or a proxy before it, must keep metadata.",
        { Sha256: var sha256 } when sha256 != written.Sha256 => "A test object was written, but the store changed its metadata (x-amz-meta-sha256).",
        _ => null,
    };

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
