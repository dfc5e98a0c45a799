using System.Diagnostics.CodeAnalysis;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Runs recorded generations in the background, a bounded number at once, oldest first. Who asked for one may leave; a restart resumes what is open.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the semaphore nor the source has a wait handle or a timer, and a host may stop twice.")]
public sealed partial class GenerationRunner(SlotRunner slots, GenerationSettings settings, ILogger<GenerationRunner> logger)
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

    /// <summary>Whether the service stops; nothing new is begun.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Runs a recorded generation, unless it runs already.</summary>
    public void Start(Generation generation)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested && !_runs.ContainsKey(generation.Id) && !generation.IsFinal)
            {
                var run = new Run();
                _runs.Add(generation.Id, run);
                if (generation.CancelRequestedAt is not null)
                {
                    run.Canceling.Cancel();
                }

                // The place in the queue is taken here, so that generations run in the order of their start.
                var place = NeedsPlace(generation) ? TakePlaceAsync(run) : Task.FromResult(false);
                run.Work = Task.Run(() => RunAsync(generation, run, place));
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

    /// <summary>
    /// Begins nothing new, leaves running predictions running at the provider, and waits until images that are being stored are stored.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many generations were cut in the middle of a step.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        List<Task> works;
        lock (_lock)
        {
            _stop.Cancel();
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
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, run.Canceling.Token);
        await _places.WaitAsync(either.Token);
        return true;
    }

    private async Task RunAsync(Generation generation, Run run, Task<bool> place)
    {
        try
        {
            var hasPlace = await place;
            try
            {
                await Task.WhenAll(generation.Slots
                    .Where(slot => slot.IsOpen)
                    .Select(slot => slots.RunAsync(generation, slot, run.Canceling.Token, _stop.Token)));
            }
            finally
            {
                if (hasPlace)
                {
                    _places.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested || run.Canceling.IsCancellationRequested)
        {
            // The record says where to go on; one that was canceled while it waited has nothing left to do.
        }
        catch (Exception exception)
        {
            // Open slots stay open; the next sweep starts them again.
            LogFault(logger, generation.Id, exception);
        }
        finally
        {
            lock (_lock)
            {
                _runs.Remove(generation.Id);
            }
        }
    }

    [LoggerMessage(7, LogLevel.Error, "Generation {GenerationId} stopped unexpectedly; the next sweep resumes it")]
    private static partial void LogFault(ILogger logger, GenerationId generationId, Exception exception);

    private sealed class Run
    {
        public CancellationTokenSource Canceling { get; } = new();

        public Task Work { get; set; } = Task.CompletedTask;
    }
}
