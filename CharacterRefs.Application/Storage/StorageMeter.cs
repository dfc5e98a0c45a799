using System.Diagnostics.Metrics;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.Storage;

/// <summary>Counts uploads, fetches, evictions and fallbacks.</summary>
public sealed class StorageMeter
{
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _fetches;
    private readonly Counter<long> _evictedFiles;
    private readonly Counter<long> _evictedBytes;

    /// <summary>Creates the counters; the factory disposes the meter.</summary>
    public StorageMeter(IMeterFactory meters)
    {
        var meter = meters.CreateServiceMeter();
        _fallbacks = meter.CreateCounter<long>(
            "characterrefs.local_fallbacks", "{image}", "Images served from local disk although cloud serving is on; by reason.");
        _attempts = meter.CreateCounter<long>("characterrefs.store_attempts", "{attempt}", "Upload attempts; by outcome.");
        _hits = meter.CreateCounter<long>("characterrefs.cache.hits", "{image}", "Images that were found on local disk.");
        _fetches = meter.CreateCounter<long>("characterrefs.cache.fetches", "{image}", "Images that were fetched from the store; by outcome.");
        _evictedFiles = meter.CreateCounter<long>("characterrefs.cache.evicted_files", "{file}", "Local files that were evicted.");
        _evictedBytes = meter.CreateCounter<long>("characterrefs.cache.evicted_bytes", "By", "Bytes of evicted local files.");
    }

    /// <summary>Counts an image that is served from local disk although cloud serving is on.</summary>
    /// <param name="isPersisted">Whether it is persisted and the store is unreachable; otherwise its upload is pending.</param>
    public void FellBack(bool isPersisted) => _fallbacks.Add(1, new KeyValuePair<string, object?>("reason", isPersisted ? "unreachable" : "not_stored"));

    /// <summary>Counts an upload attempt.</summary>
    /// <param name="outcome">Outcome of the save; <c>null</c> when the attempt failed.</param>
    public void UploadAttempted(SaveOutcome? outcome) => _attempts.Add(1, Outcome(OutcomeOf(outcome)));

    /// <summary>The value of the tag <c>outcome</c> of an upload attempt.</summary>
    /// <param name="outcome">Outcome of the save; <c>null</c> when the attempt failed.</param>
    public static string OutcomeOf(SaveOutcome? outcome) => outcome switch
    {
        SaveOutcome.Stored => "stored",
        SaveOutcome.AlreadyStored => "already_stored",
        _ => "failed",
    };

    /// <summary>Counts an image that was found on local disk.</summary>
    public void Hit() => _hits.Add(1);

    /// <summary>Counts a fetch from the store.</summary>
    /// <param name="outcome"><c>fetched</c>, <c>absent</c>, <c>corrupt</c> or <c>unreachable</c>.</param>
    public void Fetched(string outcome) => _fetches.Add(1, Outcome(outcome));

    /// <summary>Counts evicted local files.</summary>
    public void Evicted(int files, long bytes)
    {
        _evictedFiles.Add(files);
        _evictedBytes.Add(bytes);
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new(ServiceTelemetry.Outcome, outcome);
}
