using System.Collections.Concurrent;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// References that were read between two writes of the catalog, which a page of images asks for again and again; a query costs more than all the rest of
/// such an answer. Nothing in it ever changes: after a write another one takes its place, so there is no entry to forget to remove. Only this
/// process writes the catalog.
/// </summary>
internal sealed class RecentReferences
{
    /// <summary>Most that are kept: about 2 KB each, and 20 KB with the longest of texts.</summary>
    public const int Capacity = 4096;

    private readonly ConcurrentDictionary<CharacterReferenceId, CharacterReference> _references = new();
    private int _count;

    public CharacterReference? Find(CharacterReferenceId id) => _references.GetValueOrDefault(id);

    /// <summary>Keeps it. When there are too many, all others go: those that are asked for again come back by one query each.</summary>
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
