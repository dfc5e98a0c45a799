namespace CharacterRefs.Application.References.Cache;

/// <summary>What a round of making room did.</summary>
/// <param name="Evicted">Local copies that were removed.</param>
/// <param name="EvictedBytes">Their bytes.</param>
/// <param name="Requeued">Copies that the store no longer had as they were verified; kept here and ordered again.</param>
/// <param name="IsCutShort">Whether the store stopped answering, so that nothing more was removed.</param>
public sealed record EvictionReport(int Evicted, long EvictedBytes, int Requeued, bool IsCutShort);
