namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Work of one kind.</summary>
/// <param name="Count">How many.</param>
/// <param name="OldestAt">When the oldest began to wait, in microseconds since 1970-01-01 UTC; <c>null</c> without any.</param>
internal sealed record BacklogPart(long Count, long? OldestAt);
