using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>The copy of an image in the object store.</summary>
public sealed record CloudCopy
{
    /// <summary><c>pending</c> until the copy is uploaded and verified, then <c>stored</c>.</summary>
    /// <example>stored</example>
    [KnownValues("pending", "stored")]
    public required string State { get; init; }

    /// <summary>Key in the object store.</summary>
    /// <example>character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }

    /// <summary>Number of failed attempts.</summary>
    /// <example>0</example>
    public required int Attempts { get; init; }

    /// <summary>Cause of the last failed attempt; null if none failed or the copy is stored.</summary>
    /// <example>null</example>
    public string? LastError { get; init; }

    /// <summary>When the copy was verified, RFC 3339 UTC; null until then.</summary>
    /// <example>2026-11-22T18:00:06.000000Z</example>
    public DateTimeOffset? StoredAt { get; init; }
}
