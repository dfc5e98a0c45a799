using System.Collections.Concurrent;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Caches references that were read since the last write of the catalog; for an image request the query costs more than all the rest. Entries never change: a
/// write replaces the whole cache. Used only while no other process writes the catalog.
/// </summary>
internal sealed class RecentReferences
{
    /// <summary>Most entries: about 2 KB each, and 20 KB with the longest texts.</summary>
    public const int Capacity = 4096;

    private readonly ConcurrentDictionary<CharacterReferenceId, CharacterReference> _references = new();
    private int _count;

    public CharacterReference? Find(CharacterReferenceId id) => _references.GetValueOrDefault(id);

    /// <summary>Adds an entry. When there are too many, all are dropped.</summary>
    public void Keep(CharacterReference reference)
    {
        if (!_references.TryAdd(reference.Id, reference) || Interlocked.Increment(ref _count) <= Capacity)
        {
            return;
        }

        _references.Clear();
        Volatile.Write(ref _count, 0);
    }
}
