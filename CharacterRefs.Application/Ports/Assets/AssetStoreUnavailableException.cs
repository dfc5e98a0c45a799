namespace CharacterRefs.Application.Ports.Assets;

/// <summary>
/// The store did not do what it was asked to, and what it holds is therefore not known: never a sign that an asset is absent. The message names the
/// cause in words and holds no secret, no presigned URL and no local path; it may be shown.
/// </summary>
/// <param name="message">The cause, as a sentence.</param>
/// <param name="fault">Its kind.</param>
/// <param name="retryAfter">When it may be worth asking again; <c>null</c> when nobody knows.</param>
/// <param name="inner">What the adapter met.</param>
public sealed class AssetStoreUnavailableException(string message, AssetStoreFault fault, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The kind of cause.</summary>
    public AssetStoreFault Fault { get; } = fault;

    /// <summary>When it may be worth asking again; <c>null</c> when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
