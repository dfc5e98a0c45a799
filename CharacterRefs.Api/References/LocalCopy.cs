using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>The copy of an image on the server's disk.</summary>
public sealed record LocalCopy
{
    /// <summary>
    /// <c>evicted</c>: the file was deleted and can be fetched from the verified copy in the object store. <c>missing</c>: the file is lost.
    /// <c>damaged</c>: the file has other bytes than were recorded; it is not served, and replaced if the object store has a verified copy.
    /// </summary>
    /// <example>stored</example>
    [KnownValues("stored", "evicted", "missing", "damaged")]
    public required string State { get; init; }
}
