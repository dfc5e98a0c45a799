using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>Checks each file of a kind once per <c>COPY_CHECK_PERIOD</c>, a share each minute.</summary>
/// <typeparam name="T">Names a file.</typeparam>
public abstract class FileRound<T>(StorageSettings settings, TimeProvider clock)
{
    private readonly Queue<T> _files = new();
    private int _filesPerStep;
    private DateTimeOffset _nextRoundAt;

    /// <summary>Checks the next files of the round.</summary>
    /// <exception cref="Ports.ImageFiles.LocalStorageException">The local disk or the catalog failed.</exception>
    /// <exception cref="Ports.Assets.AssetStoreUnavailableException">The store failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_files.Count > 0 || await StartRoundAsync(cancellationToken))
        {
            await CheckAsync([.. Enumerable.Range(0, Math.Min(_filesPerStep, _files.Count)).Select(_ => _files.Dequeue())], cancellationToken);
        }

        await ConcludeAsync(cancellationToken);
    }

    /// <summary>How many are checked in a step where the period does not require more.</summary>
    private protected virtual int LeastFiles => 10;

    /// <summary>Lists the files, in any order.</summary>
    private protected abstract Task<T[]> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads these files again, and mends or reports the damaged ones.</summary>
    private protected abstract Task CheckAsync(IReadOnlyList<T> files, CancellationToken cancellationToken);

    /// <summary>What each step does at its end, also when no file is due.</summary>
    private protected virtual Task ConcludeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lists the files once per period, in random order, so that a service that restarts often does not check the same ones again and again.</summary>
    private async Task<bool> StartRoundAsync(CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() < _nextRoundAt)
        {
            return false;
        }

        var found = await ListAsync(cancellationToken);
        Random.Shared.Shuffle(found);
        Array.ForEach(found, _files.Enqueue);
        _filesPerStep = Math.Max(LeastFiles, (int)Math.Ceiling(found.Length * (LocalFileCheck.Step / settings.CopyCheckPeriod)));
        _nextRoundAt = clock.GetUtcNow() + settings.CopyCheckPeriod;
        return found.Length > 0;
    }
}
