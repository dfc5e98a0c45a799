using System.Diagnostics.CodeAnalysis;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Runs recorded generations in the background, a bounded number at once, oldest first. Their clients may disconnect; a restart resumes open ones. Where nodes
/// share the catalog, what waits here is unclaimed: the first node with a free place claims it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the semaphore nor the source has a wait handle or a timer, and a host may stop twice.")]
public sealed partial class GenerationRunner(
    SlotRunner slots, IGenerationLedger ledger, ICatalogNode node, WorkSignal signal, LeaseMeter leases, GenerationSettings settings,
    ILogger<GenerationRunner> logger)
{
    // Neither the semaphore nor the sources have a wait handle or a timer, so there is nothing to free, and a host may stop twice.
    private readonly Lock _lock = new();
    private readonly Dictionary<GenerationId, Run> _runs = [];
    private readonly SemaphoreSlim _places = new(settings.Concurrency, settings.Concurrency);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Whether no more generations are taken: as many as allowed run, and as many as allowed wait.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count >= settings.Concurrency + settings.QueueLimit;
            }
        }
    }

    /// <summary>Whether any generation runs or waits.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count > 0;
            }
        }
    }

    /// <summary>The generations that run or wait here.</summary>
    public IReadOnlySet<GenerationId> Running
    {
        get
        {
            lock (_lock)
            {
                return _runs.Keys.ToHashSet();
            }
        }
    }

    /// <summary>Those of them that wait for a place.</summary>
    public IReadOnlyCollection<GenerationId> Waiting
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs.Where(run => !run.Value.Place.IsCompleted).Select(run => run.Key)];
            }
        }
    }

    /// <summary>Whether a generation runs or waits here.</summary>
    public bool Runs(GenerationId id)
    {
        lock (_lock)
        {
            return _runs.ContainsKey(id);
        }
    }

    /// <summary>Whether the service stops; nothing new is begun.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>How many more generations can run now.</summary>
    public int FreePlaces => _places.CurrentCount;

    /// <summary>
    /// The node of a generation that is recorded now: this one when it can run it at once, otherwise <c>null</c>, so that any node may. <c>null</c> too where
    /// there is one node.
    /// </summary>
    public Guid? NextNodeId => !node.IsAlone && FreePlaces > 0 && node.HasLease ? node.Id : null;

    /// <summary>Runs a recorded generation. One that runs already is only canceled, when that was requested.</summary>
    public void Start(Generation generation)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || generation.IsFinal)
            {
                return;
            }

            var isNew = !_runs.TryGetValue(generation.Id, out var run);
            run ??= new Run();
            if (generation.CancelRequestedAt is not null)
            {
                run.Canceling.Cancel();
            }

            if (isNew)
            {
                _runs.Add(generation.Id, run);

                // The place in the queue is taken here, so that generations run in the order of their start.
                run.Place = NeedsPlace(generation) ? TakePlaceAsync(run) : Task.FromResult(false);
                run.Work = Task.Run(() => RunAsync(generation, run));
            }
        }
    }

    /// <summary>Cancels what runs of a generation; its queued slots are canceled in the record.</summary>
    public void Cancel(GenerationId id)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(id, out var run))
            {
                run.Canceling.Cancel();
            }
        }
    }

    /// <summary>Ends the wait of generations that another node runs or that are final. Generations that no longer wait continue.</summary>
    public void Leave(IEnumerable<GenerationId> ids)
    {
        lock (_lock)
        {
            foreach (var id in ids)
            {
                if (_runs.TryGetValue(id, out var run))
                {
                    run.Leaving.Cancel();
                }
            }
        }
    }

    /// <summary>Begins nothing new and leaves running predictions running at the provider. Images that are being stored are stored.</summary>
    public void BeginStop()
    {
        lock (_lock)
        {
            _stop.Cancel();
        }
    }

    /// <summary>
    /// As <see cref="BeginStop"/>, and waits until images that are being stored are stored. What is left open is
    /// released for other nodes.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many generations were cut in the middle of a step.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        List<Task> works;
        lock (_lock)
        {
            works = [.. _runs.Values.Select(run => run.Work)];
        }

        try
        {
            await Task.WhenAll(works).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        return works.Count(work => !work.IsCompleted);
    }

    /// <summary>What the provider works on already must be fetched while its output lives, and what is canceled ended, whatever else runs.</summary>
    private static bool NeedsPlace(Generation generation) =>
        generation.CancelRequestedAt is null && generation.Slots.All(slot => !slot.IsOpen || slot.State is GenerationSlotState.Queued);

    private async Task<bool> TakePlaceAsync(Run run)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, run.Canceling.Token, run.Leaving.Token);
        await _places.WaitAsync(any.Token);
        return true;
    }

    private async Task RunAsync(Generation generation, Run run)
    {
        using var span = ServiceTelemetry.StartTrace("generation", generation.TraceParent);
        span?.SetTag("characterrefs.generation.id", generation.Id.ToString()).SetTag(ServiceTelemetry.Model, generation.Model);
        try
        {
            if (await ClaimWithPlaceAsync(generation, run) is { } claimed)
            {
                await RunSlotsAsync(claimed, run);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested || run.Canceling.IsCancellationRequested || run.Leaving.IsCancellationRequested)
        {
            // The record says where to continue; one that was canceled while it waited has nothing left to do.
        }
        catch (Exception exception)
        {
            // Open slots stay open; the next sweep starts them again.
            span.End("faulted", exception.GetType().Name);
            LogFault(logger, generation.Id, exception.ToCause(), exception.ToTrace());
        }
        finally
        {
            await GiveUpPlaceAsync(run);
            lock (_lock)
            {
                _runs.Remove(generation.Id);
            }
        }
    }

    /// <returns>The generation as it is this node's; <c>null</c> when another node has it.</returns>
    private async Task<Generation?> ClaimWithPlaceAsync(Generation generation, Run run)
    {
        Generation? mine = generation;
        if (!run.Place.IsCompleted)
        {
            mine = await ledger.ReleaseAsync(generation, CancellationToken.None);
        }

        await run.Place;
        return mine is null ? null : await ledger.TryClaimAsync(mine, CancellationToken.None);
    }

    private async Task RunSlotsAsync(Generation generation, Run run)
    {
        var areKept = await Task.WhenAll(generation.Slots
            .Where(slot => slot.IsOpen)
            .Select(slot => slots.RunAsync(generation, slot, run.Canceling.Token, _stop.Token)));
        if (areKept.Contains(false))
        {
            leases.Lost("generation");
            LogLost(logger, generation.Id);
        }
        else if (_stop.IsCancellationRequested)
        {
            await LeaveToOthersAsync(generation);
        }
    }

    private async Task LeaveToOthersAsync(Generation generation)
    {
        try
        {
            await ledger.ReleaseAsync(generation, CancellationToken.None);
        }
        catch (LocalStorageException exception)
        {
            // Others claim it when the lease of this node has ended.
            LogNotReleased(logger, generation.Id, exception.Message);
        }
    }

    private async Task GiveUpPlaceAsync(Run run)
    {
        await run.Leaving.CancelAsync(); // of its waiting, when it has not got one yet
        try
        {
            if (await run.Place)
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return; // it got none
        }

        if (!node.IsAlone && FreePlaces > 0)
        {
            signal.Set();
        }
    }

    [LoggerMessage(7, LogLevel.Error, "Generation {GenerationId} stopped unexpectedly; the next sweep resumes it: {Cause}")]
    private static partial void LogFault(ILogger logger, GenerationId generationId, string cause, Exception? trace);

    [LoggerMessage(17, LogLevel.Warning, "Generation {GenerationId} was claimed by another node, because the lease of this one had ended; it continues there")]
    private static partial void LogLost(ILogger logger, GenerationId generationId);

    [LoggerMessage(18, LogLevel.Warning, "Generation {GenerationId} could not be released; others claim it when the lease of this node ends: {Cause}")]
    private static partial void LogNotReleased(ILogger logger, GenerationId generationId, string cause);

    private sealed class Run
    {
        public CancellationTokenSource Canceling { get; } = new();

        /// <summary>Ends its wait for a place.</summary>
        public CancellationTokenSource Leaving { get; } = new();

        /// <summary>Whether it took a place.</summary>
        public Task<bool> Place { get; set; } = Task.FromResult(false);

        public Task Work { get; set; } = Task.CompletedTask;
    }
}
