using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Runs work on the files of a set or a workspace, several at once, and reports the progress.</summary>
public sealed class SetTransfers(JobSettings settings, TimeProvider clock)
{
    /// <summary>How many files are processed at once.</summary>
    internal int Concurrency => settings.Concurrency;

    /// <summary>Runs the work for every file. An exception of the work ends all of it.</summary>
    /// <param name="activity">Shows the progress to watchers.</param>
    /// <param name="sizeOf">Their sizes in bytes.</param>
    /// <param name="work">Bytes that it reads through its progress count as they pass, the rest when it ends.</param>
    /// <param name="report">Gets what is done so far, every few seconds.</param>
    /// <param name="cancellationToken">Starts no further file and stops those in progress.</param>
    /// <returns>The result of each file, in the order of the files.</returns>
    internal async Task<IReadOnlyList<T>> RunAsync<TFile, T>(
        JobActivity activity,
        IReadOnlyList<TFile> files,
        Func<TFile, long> sizeOf,
        Func<TFile, FileProgress, CancellationToken, Task<T>> work,
        Action<TransferReport> report,
        CancellationToken cancellationToken)
    {
        await using var progress = new TransferProgress(clock, activity, files.Count, files.Sum(sizeOf), report);
        var results = new T[files.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count).OrderByDescending(index => sizeOf(files[index])), // a large file started last would run alone
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var file = progress.Begin(sizeOf(files[index]));
                results[index] = await work(files[index], file, token);
                file.Complete();
            });
        return results;
    }

    /// <summary>The same, but a fault of the store or the disk is the error of the file that met it, and the other files continue.</summary>
    internal Task<IReadOnlyList<TransferOutcome<TFile, T>>> TryRunAsync<TFile, T>(
        JobActivity activity,
        IReadOnlyList<TFile> files,
        Func<TFile, long> sizeOf,
        Func<TFile, FileProgress, CancellationToken, Task<Result<T>>> work,
        Action<TransferReport> report,
        CancellationToken cancellationToken) =>
        RunAsync(activity, files, sizeOf, async (file, progress, token) =>
        {
            var result = await TryAsync(() => work(file, progress, token));
            return new TransferOutcome<TFile, T>(file, result.Value, result.Error);
        }, report, cancellationToken);

    /// <summary>The error of the whole transfer when the store or the disk failed for every file.</summary>
    internal static Error? FindOutage<TFile, T>(IReadOnlyList<TransferOutcome<TFile, T>> outcomes) =>
        outcomes.Count > 0 && outcomes.All(outcome => outcome.Error?.Kind is ErrorKind.StorageUnavailable or ErrorKind.ConfigurationError)
            ? outcomes[0].Error
            : null;

    private static async Task<Result<T>> TryAsync<T>(Func<Task<Result<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (AssetStoreUnavailableException fault)
        {
            return fault.ToError();
        }
        catch (LocalStorageException fault)
        {
            return fault.ToError();
        }
    }
}
