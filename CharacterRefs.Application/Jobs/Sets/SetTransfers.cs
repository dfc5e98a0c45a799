using System.Collections.Concurrent;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Works on the files of a set, several at once, and keeps the log informed.</summary>
public sealed class SetTransfers(JobSettings settings, TimeProvider clock)
{
    /// <summary>Does the work for each file; the failure of one must not hide the rest, so the work returns it.</summary>
    /// <param name="files">The files.</param>
    /// <param name="work">Only throws what ends everything. Of what it watches, the bytes count as they pass; the rest when it ends.</param>
    /// <param name="tell">Gets how many files and bytes are done, every few seconds.</param>
    /// <param name="cancellationToken">Begins no further file and stops those on their way.</param>
    /// <returns>What came of each file, in their order.</returns>
    internal async Task<IReadOnlyList<T>> RunAsync<T>(
        IReadOnlyList<SetFile> files,
        Func<SetFile, FileProgress, CancellationToken, Task<T>> work,
        Action<int, long> tell,
        CancellationToken cancellationToken)
    {
        await using var progress = new TransferProgress(clock, tell);
        var outcomes = new ConcurrentDictionary<SetFile, T>(ReferenceEqualityComparer.Instance);
        await Parallel.ForEachAsync(
            files.OrderByDescending(file => file.SizeBytes), // a large one that begins last is waited for alone
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                var passed = progress.Begin(file.SizeBytes);
                outcomes[file] = await work(file, passed, token);
                passed.Complete();
            });
        return [.. files.Select(file => outcomes[file])];
    }

    /// <summary>The refusal of the whole when the store, or the disk, did not let a single file through.</summary>
    /// <param name="hasSuccess">Whether something came of any file.</param>
    /// <param name="failures">What went wrong.</param>
    internal static Error? FindOutage(bool hasSuccess, IReadOnlyCollection<Error> failures) =>
        !hasSuccess && failures.Count > 0 && failures.All(error => error.Kind is ErrorKind.StorageUnavailable or ErrorKind.ConfigurationError) ? failures.First() : null;
}
