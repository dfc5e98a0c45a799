using System.Runtime.CompilerServices;
using CharacterRefs.Application.Events;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Hands every recorded change of a generation to those who watch it. A slow watcher misses revisions in between and never the newest, so nothing piles up.
/// </summary>
/// <param name="log">Shows the change to those who watch all generations.</param>
public sealed class GenerationFeed(EventLog log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GenerationId, Topic> _topics = [];

    /// <summary>The generations that somebody watches, with the newest revision shown; 0 = none yet.</summary>
    public IReadOnlyDictionary<GenerationId, long> Watched
    {
        get
        {
            lock (_lock)
            {
                return _topics.ToDictionary(topic => topic.Key, topic => topic.Value.Latest?.Revision ?? 0);
            }
        }
    }

    /// <summary>Whether somebody watches a generation.</summary>
    public bool IsWatched(GenerationId id)
    {
        lock (_lock)
        {
            return _topics.ContainsKey(id);
        }
    }

    /// <summary>A change was recorded here.</summary>
    public void Publish(Generation generation)
    {
        Show(generation);
        log.Add(generation);
    }

    /// <summary>Another node recorded a change.</summary>
    public void Receive(Generation generation)
    {
        Show(generation);
        log.Receive(generation);
    }

    /// <summary>The generation now, then after every change, until it is final.</summary>
    /// <param name="read">Reads the record; called once, after the watching has begun, so that no change falls between.</param>
    /// <param name="afterRevision">The last revision that the watcher has seen; that one and older ones are not returned.</param>
    public async IAsyncEnumerable<Generation> WatchAsync(
        Func<CancellationToken, Task<Generation?>> read, GenerationId id, long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var topic = Join(id);
        try
        {
            if (await read(cancellationToken) is not { } recorded)
            {
                yield break;
            }

            if (afterRevision > recorded.Revision)
            {
                afterRevision = 0; // not an id of this generation
            }

            Show(recorded);
            while (true)
            {
                Generation latest;
                Task changed;
                lock (_lock)
                {
                    latest = topic.Latest ?? recorded;
                    changed = topic.Changed.Task;
                }

                if (latest.Revision > afterRevision)
                {
                    afterRevision = latest.Revision;
                    yield return latest;
                }

                if (latest.IsFinal)
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Leave(id, topic);
        }
    }

    private void Show(Generation generation)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            if (_topics.TryGetValue(generation.Id, out var topic) && !(topic.Latest?.Revision >= generation.Revision))
            {
                topic.Latest = generation;
                changed = topic.Changed;
                topic.Changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        changed?.SetResult();
    }

    private Topic Join(GenerationId id)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(id, out var topic))
            {
                _topics.Add(id, topic = new Topic());
            }

            topic.Watchers++;
            return topic;
        }
    }

    private void Leave(GenerationId id, Topic topic)
    {
        lock (_lock)
        {
            if (--topic.Watchers == 0)
            {
                _topics.Remove(id);
            }
        }
    }

    private sealed class Topic
    {
        public Generation? Latest { get; set; }

        public TaskCompletionSource Changed { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Watchers { get; set; }
    }
}
