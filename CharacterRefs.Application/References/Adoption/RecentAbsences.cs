using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// The ids of which the store was just shown to have no image, for a few seconds each: asking again and again for what is not there costs one listing,
/// and an object that arrives later is soon found. Bounded; when it is full the oldest is forgotten first.
/// </summary>
public sealed class RecentAbsences(TimeProvider clock)
{
    /// <summary>How long an absence is believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>Most ids at a time, about a megabyte.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<CharacterReferenceId, long> _since = [];
    private readonly Queue<(CharacterReferenceId Id, long Since)> _order = [];

    /// <summary>Remembers that the store has no image of this id now.</summary>
    public void Add(CharacterReferenceId id)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            _since[id] = now;
            _order.Enqueue((id, now));
            while (_order.TryPeek(out var oldest) && (_order.Count > Capacity || IsOver(oldest.Since)))
            {
                _order.Dequeue();
                if (_since.GetValueOrDefault(oldest.Id) == oldest.Since)
                {
                    _since.Remove(oldest.Id);
                }
            }
        }
    }

    /// <summary>Whether the store had no image of this id a moment ago.</summary>
    public bool Contains(CharacterReferenceId id)
    {
        lock (_lock)
        {
            return _since.TryGetValue(id, out var since) && !IsOver(since);
        }
    }

    private bool IsOver(long since) => clock.GetElapsedTime(since) >= Lifetime;
}
