using System.Diagnostics.Metrics;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Storage;

/// <summary>
/// Counts what becomes of the copies of images, under the meter <see cref="Name"/>. Nothing is sent anywhere: whoever wants the numbers listens, for
/// example with <c>dotnet-counters monitor --counters CharacterRefs</c>.
/// </summary>
public sealed class StorageMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "CharacterRefs";

    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _fetches;
    private readonly Counter<long> _evictedFiles;
    private readonly Counter<long> _evictedBytes;

    /// <summary>Makes the counters; the factory disposes the meter.</summary>
    public StorageMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _fallbacks = meter.CreateCounter<long>("characterrefs.local_fallbacks", "{image}", "Images served from local disk although cloud serving is on; by reason.");
        _attempts = meter.CreateCounter<long>("characterrefs.store_attempts", "{attempt}", "Attempts to bring an image into the store; by outcome.");
        _hits = meter.CreateCounter<long>("characterrefs.cache.hits", "{image}", "Images that were wanted from local disk and were there.");
        _fetches = meter.CreateCounter<long>("characterrefs.cache.fetches", "{image}", "Images that were fetched from the store for want of a local copy; by outcome.");
        _evictedFiles = meter.CreateCounter<long>("characterrefs.cache.evicted_files", "{file}", "Local copies that made room.");
        _evictedBytes = meter.CreateCounter<long>("characterrefs.cache.evicted_bytes", "By", "Room that they made.");
    }

    /// <summary>An image is served from local disk because the store cannot be had.</summary>
    /// <param name="isStored">Whether the store has it, and only does not answer.</param>
    public void FellBack(bool isStored) => _fallbacks.Add(1, new KeyValuePair<string, object?>("reason", isStored ? "unreachable" : "not_stored"));

    /// <summary>Storing an image was tried.</summary>
    /// <param name="outcome">What the store said; <c>null</c> when it failed.</param>
    public void UploadAttempted(SaveOutcome? outcome) => _attempts.Add(1, Outcome(outcome switch
    {
        SaveOutcome.Stored => "stored",
        SaveOutcome.AlreadyStored => "already_stored",
        _ => "failed",
    }));

    /// <summary>A local copy was wanted and was there.</summary>
    public void Hit() => _hits.Add(1);

    /// <summary>A local copy was wanted and had to be fetched.</summary>
    /// <param name="outcome"><c>fetched</c>, <c>absent</c>, <c>corrupt</c> or <c>unreachable</c>.</param>
    public void Fetched(string outcome) => _fetches.Add(1, Outcome(outcome));

    /// <summary>Local copies made room.</summary>
    /// <param name="files">How many.</param>
    /// <param name="bytes">How much.</param>
    public void Evicted(int files, long bytes)
    {
        _evictedFiles.Add(files);
        _evictedBytes.Add(bytes);
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
