namespace CharacterRefs.Application.References.Cache;

/// <summary>Result of one eviction round.</summary>
/// <param name="Evicted">Number of local files that were evicted.</param>
/// <param name="Requeued">Persisted copies that the store no longer has; their local files were kept and their uploads queued again.</param>
/// <param name="IsCutShort">Whether the round ended early because the store was unreachable.</param>
public sealed record EvictionReport(int Evicted, long EvictedBytes, int Requeued, bool IsCutShort);
