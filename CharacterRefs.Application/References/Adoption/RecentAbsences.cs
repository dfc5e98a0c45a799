namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Remembers for a few seconds the ids that the store has no image for, so that repeated requests cost one listing and an object that is added later is soon
/// found. Bounded; when it is full the oldest entry is dropped.
/// </summary>
public sealed class RecentAbsences(TimeProvider clock)
{
    /// <summary>How long an absence is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>Most ids at a time, about 1 MB.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<CharacterReferenceId, long> _since = [];
    private readonly Queue<(CharacterReferenceId Id, long Since)> _order = [];

    /// <summary>Records that the store has no image with this id.</summary>
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

    /// <summary>Whether the store had no image with this id within the last <see cref="Lifetime"/>.</summary>
    public bool Contains(CharacterReferenceId id)
    {
        lock (_lock)
        {
            return _since.TryGetValue(id, out var since) && !IsOver(since);
        }
    }

    private bool IsOver(long since) => clock.GetElapsedTime(since) >= Lifetime;
}
