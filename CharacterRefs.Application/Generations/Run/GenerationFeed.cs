using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Hands every recorded change of a generation to those who watch it. A slow watcher misses revisions in between and never the newest, so nothing piles up.
/// </summary>
public sealed class GenerationFeed
{
    // What a watcher of all generations may fall behind before it loses the oldest changes.
    private const int WatcherBacklog = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<GenerationId, Topic> _topics = [];
    private readonly HashSet<Channel<Generation>> _watchersOfAll = [];

    /// <summary>A change was recorded.</summary>
    public void Publish(Generation generation)
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

            foreach (var watcher in _watchersOfAll)
            {
                watcher.Writer.TryWrite(generation);
            }
        }

        changed?.SetResult();
    }

    /// <summary>The generation now, then after every change, until it is final.</summary>
    /// <param name="read">Reads the record; called once, after the watching has begun, so that no change falls between.</param>
    /// <param name="id">The generation.</param>
    /// <param name="afterRevision">The last revision that the watcher has seen; that one and older ones are not returned.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
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

            Publish(recorded);
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

    /// <summary>The open generations, then every change of every generation.</summary>
    /// <param name="readOpen">Reads the open ones; called once, after the watching has begun, so that no change falls between.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    public async IAsyncEnumerable<Generation> WatchAllAsync(
        Func<CancellationToken, Task<IReadOnlyList<Generation>>> readOpen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<Generation>(
            new BoundedChannelOptions(WatcherBacklog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _watchersOfAll.Add(channel);
        }

        try
        {
            foreach (var generation in await readOpen(cancellationToken))
            {
                yield return generation;
            }

            await foreach (var generation in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return generation;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchersOfAll.Remove(channel);
            }
        }
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
