using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Events;

/// <summary>
/// The latest changes, in memory, in the order in which they are shown. A watcher reads them at its own speed. Of a generation, and of a call on the files
/// of a job, only the newest state is kept, so a slow watcher misses states in between and never the last. What happens here is sent to the other nodes on
/// the catalog; what happens there is in this log only while somebody watches here.
/// </summary>
public sealed class EventLog
{
    /// <summary>Most events that are kept; a watcher that is further behind reads the catalog.</summary>
    public const int MostKept = 256;

    /// <summary>How much later the log of another node may show a change, and how far the clocks of nodes may differ.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<CatalogEvent> _events = [];
    private readonly ICatalogNode _node;
    private readonly ICatalogSignals _signals;
    private readonly TimeProvider _clock;
    private readonly Signal _changed = new();
    private long _lastId;
    private long _completeAfter;
    private int _watchers;

    /// <param name="clock">Its time is part of the ids, so that they grow across restarts, and resume on other nodes.</param>
    /// <param name="node">Whether other nodes can change the catalog.</param>
    /// <param name="signals">To the other nodes.</param>
    public EventLog(TimeProvider clock, ICatalogNode node, ICatalogSignals signals)
    {
        (_clock, _node, _signals) = (clock, node, signals);
        _completeAfter = _lastId = Now();
    }

    /// <summary>Whether somebody watches everything.</summary>
    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    /// <summary>The time of an event id, UTC.</summary>
    public static DateTimeOffset TimeOf(long id)
    {
        // In whole ticks: AddMicroseconds takes a double, which rounds the largest ids beyond the largest time.
        var most = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(id, 0, most) * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>A generation changed here. A state that is older than the one kept is dropped.</summary>
    public void Add(Generation generation)
    {
        Receive(generation);
        _signals.Send(new CatalogSignal(CatalogSignalKind.Generation, generation.Id.ToString()));
    }

    /// <summary>An image got its row here.</summary>
    public void Add(CharacterReference image)
    {
        Receive(image);
        _signals.Send(new CatalogSignal(CatalogSignalKind.Image, image.Id.ToString()));
    }

    /// <summary>A call on the files of a job began, progressed or ended here.</summary>
    public void Add(JobProgress job)
    {
        Receive(job);
        _signals.Send(new CatalogSignal(CatalogSignalKind.Job, job.ToLine()));
    }

    /// <summary>As <see cref="Add(Generation)"/>, of a change that another node made.</summary>
    public void Receive(Generation generation)
    {
        lock (_lock)
        {
            var known = _events.FindIndex(kept => kept.Generation?.Id == generation.Id);
            if (known >= 0)
            {
                if (_events[known].Generation!.Revision >= generation.Revision)
                {
                    return;
                }

                _events.RemoveAt(known);
            }

            Append(new CatalogEvent(NextId(), Generation: generation));
        }
    }

    /// <summary>As <see cref="Add(CharacterReference)"/>, of an image that another node added. One that is known already is dropped.</summary>
    public void Receive(CharacterReference image)
    {
        lock (_lock)
        {
            if (_events.Exists(kept => kept.Image?.Id == image.Id))
            {
                return;
            }

            Append(new CatalogEvent(NextId(), Image: image));
        }
    }

    /// <summary>As <see cref="Add(JobProgress)"/>, of a call that another node handles.</summary>
    public void Receive(JobProgress job)
    {
        lock (_lock)
        {
            _events.RemoveAll(kept => kept.Job?.JobId == job.JobId && kept.Job.Operation == job.Operation);
            Append(new CatalogEvent(NextId(), Job: job));
        }
    }

    /// <summary>Records the changes of other nodes too, until the result is disposed.</summary>
    public IDisposable Watch()
    {
        lock (_lock)
        {
            if (_watchers++ == 0 && !_node.IsAlone)
            {
                // Until now the changes of other nodes were not recorded.
                _completeAfter = NextId();
            }
        }

        return new Watching(this);
    }

    /// <summary>Where to resume so that nothing is missed when the event is from the log of another node, whose order may differ.</summary>
    /// <param name="id">The last event that the watcher has; 0 = none.</param>
    public long ResumeAfter(long id) =>
        id > 0 && !_node.IsAlone ? Math.Max(1, id - (Overlap.Ticks / TimeSpan.TicksPerMicrosecond)) : id;

    /// <summary>The events after an id.</summary>
    /// <param name="id">The last event that the watcher has.</param>
    /// <returns>
    /// The events, up to <c>LastId</c>; whether they are all since <paramref name="id"/>, otherwise they are all that are kept; and what ends with the
    /// next event.
    /// </returns>
    public (IReadOnlyList<CatalogEvent> Events, long LastId, bool IsComplete, Task Changed) ReadAfter(long id)
    {
        lock (_lock)
        {
            var isComplete = id >= _completeAfter && id <= _lastId;
            return ([.. _events.Where(kept => !isComplete || kept.Id > id)], _lastId, isComplete, _changed.Next);
        }
    }

    private long Now() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private long NextId() => _lastId = Math.Max(_lastId + 1, Now());

    private void Append(CatalogEvent added)
    {
        _events.Add(added);
        if (_events.Count > MostKept)
        {
            _completeAfter = _events[0].Id;
            _events.RemoveAt(0);
        }

        _changed.Set();
    }

    private sealed class Watching(EventLog log) : IDisposable
    {
        public void Dispose()
        {
            lock (log._lock)
            {
                log._watchers--;
            }
        }
    }
}
