using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>What a probe found.</summary>
/// <param name="IsWorking">Whether a test object was written, read back and deleted.</param>
/// <param name="Words">The finding in sentences that may be shown.</param>
/// <param name="Error">What the store threw; <c>null</c> when it works, or gave wrong answers without throwing.</param>
internal sealed record StorageProbeResult(bool IsWorking, string Words, AssetStoreUnavailableException? Error)
{
    /// <summary>The store works.</summary>
    public static StorageProbeResult Passed { get; } = new(true, "A test object was written, read back and deleted.", null);

    /// <summary>The store does not work.</summary>
    public static StorageProbeResult Failed(string words, AssetStoreUnavailableException? error) => new(false, words, error);
}
