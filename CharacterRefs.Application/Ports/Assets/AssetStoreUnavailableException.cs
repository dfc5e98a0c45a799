namespace CharacterRefs.Application.Ports.Assets;

/// <summary>
/// A request to the store failed, so it is not known what the store has; it never means that an asset is absent. The message names the cause without secrets,
/// presigned URLs and local paths; it may be shown to clients.
/// </summary>
/// <param name="message">The cause, as a sentence.</param>
/// <param name="retryAfter">When to retry; <c>null</c> when that is not known.</param>
/// <param name="inner">The exception of the adapter.</param>
public sealed class AssetStoreUnavailableException(string message, AssetStoreFault fault, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The kind of cause.</summary>
    public AssetStoreFault Fault { get; } = fault;

    /// <summary>When to retry; <c>null</c> when that is not known.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
