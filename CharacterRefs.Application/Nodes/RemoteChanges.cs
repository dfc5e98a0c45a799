using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Nodes;

/// <summary>
/// Shows the changes of other nodes on the same catalog to those who watch here, and cancels what runs here and was canceled there. Signals name what to
/// read; <see cref="PollAsync"/> finds the same without them. Nothing is read while nobody watches and nothing runs.
/// </summary>
public sealed class RemoteChanges(
    EventLog log, GenerationFeed feed, GenerationRunner runner, IGenerationLedger ledger, IReferenceCatalog catalog, TimeProvider clock) : ISignalReceiver
{
    // More images between two polls are shown by their signals only.
    private const int NewestImages = 200;

    private readonly Lock _lock = new();
    private readonly Signal _missed = new();
    private readonly HashSet<GenerationId> _generations = [];
    private readonly HashSet<CharacterReferenceId> _images = [];
    private TaskCompletionSource _signalled = NewSignal();

    // What the last poll for those who watch everything found; null when nobody did.
    private Dictionary<GenerationId, GenerationVersion>? _known;
    private HashSet<CharacterReferenceId> _knownImages = [];

    /// <summary>Ends when <see cref="ReadSignalledAsync"/> has something to read.</summary>
    public Task Signalled
    {
        get
        {
            lock (_lock)
            {
                return _signalled.Task;
            }
        }
    }

    /// <summary>Ends when signals may have been lost, so that the next poll should not wait.</summary>
    public Task Missed => _missed.Next;

    public void Receive(CatalogSignal signal)
    {
        switch (signal.Kind)
        {
            case CatalogSignalKind.Generation when GenerationId.TryParse(signal.Subject, out var id) && IsOfInterest(id):
                Note(() => _generations.Add(id));
                break;
            case CatalogSignalKind.Image when log.IsWatched && CharacterReferenceId.TryParse(signal.Subject, out var image):
                Note(() => _images.Add(image));
                break;
            case CatalogSignalKind.Job when log.IsWatched && JobProgress.Parse(signal.Subject) is { } job:
                log.Receive(job);
                break;
        }
    }

    public void ReceiveAll() => _missed.Set();

    /// <summary>Reads what signals named.</summary>
    public async Task ReadSignalledAsync(CancellationToken cancellationToken)
    {
        List<GenerationId> generations;
        List<CharacterReferenceId> images;
        lock (_lock)
        {
            (generations, images) = ([.. _generations], [.. _images]);
            _generations.Clear();
            _images.Clear();
            _signalled = NewSignal();
        }

        await ShowAsync(generations, images, cancellationToken);
    }

    /// <summary>Looks for changes of what is watched here or runs here.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        var (watched, running, isLogWatched) = (feed.Watched, runner.Running, log.IsWatched);
        if (!isLogWatched)
        {
            (_known, _knownImages) = (null, []);
        }

        if (watched.Count == 0 && running.Count == 0 && !isLogWatched)
        {
            return;
        }

        var since = clock.GetUtcNow() - EventLog.Overlap;
        var wasOpen = _known?.Values.Where(version => version.IsOpen).Select(version => version.Id) ?? [];
        var versions = await ledger.ListVersionsAsync(
            [.. watched.Keys.Union(running).Union(wasOpen)], isLogWatched ? since : null, cancellationToken);
        foreach (var version in versions.Where(version => version.IsCancelRequested))
        {
            runner.Cancel(version.Id);
        }

        // What runs here was shown when it was recorded.
        var changed = versions
            .Where(version => !running.Contains(version.Id) && (isLogWatched || watched.ContainsKey(version.Id)))
            .Where(version => version.Revision > Math.Max(watched.GetValueOrDefault(version.Id), _known?.GetValueOrDefault(version.Id)?.Revision ?? 0))
            .Select(version => version.Id).ToList();
        var newest = isLogWatched ? await catalog.ListNewestAsync(NewestImages, cancellationToken) : [];
        var added = newest.Where(image => _known is null ? image.CreatedAt >= since : !_knownImages.Contains(image.Id)).Select(image => image.Id);
        await ShowAsync(changed, [.. added.Reverse()], cancellationToken);
        if (isLogWatched)
        {
            (_known, _knownImages) = (versions.ToDictionary(version => version.Id), newest.Select(image => image.Id).ToHashSet());
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsOfInterest(GenerationId id) => log.IsWatched || feed.IsWatched(id) || runner.Runs(id);

    private void Note(Action note)
    {
        lock (_lock)
        {
            note();
            _signalled.TrySetResult();
        }
    }

    private async Task ShowAsync(
        List<GenerationId> generations, List<CharacterReferenceId> images, CancellationToken cancellationToken)
    {
        IReadOnlyList<Generation> changed = generations.Count == 0 ? [] : await ledger.FindManyAsync(generations, cancellationToken);
        foreach (var generation in changed)
        {
            feed.Receive(generation);
            if (generation.CancelRequestedAt is not null)
            {
                runner.Cancel(generation.Id);
            }
        }

        foreach (var id in images)
        {
            if (await catalog.FindAsync(id, cancellationToken) is { } image)
            {
                log.Receive(image);
            }
        }
    }
}
