namespace CharacterRefs.Infrastructure.Storage;

/// <summary>Result of a probe.</summary>
/// <param name="IsWorking">Whether a test object was written, read back and deleted.</param>
/// <param name="Message">The result in sentences, without secrets.</param>
/// <param name="Error">What the store threw; <c>null</c> when the probe passed, or failed without an exception.</param>
internal sealed record StorageProbeResult(bool IsWorking, string Message, AssetStoreUnavailableException? Error)
{
    /// <summary>Whether the store did not respond, or not in time: then the settings may be right.</summary>
    public bool IsSilent { get; init; } = Error is { Fault: AssetStoreFault.Unreachable };

    /// <summary>The store works.</summary>
    public static StorageProbeResult Passed { get; } = new(true, "A test object was written, read back and deleted.", null);

    /// <summary>The store does not work.</summary>
    public static StorageProbeResult Failed(string message, AssetStoreUnavailableException? error) => new(false, message, error);
}
