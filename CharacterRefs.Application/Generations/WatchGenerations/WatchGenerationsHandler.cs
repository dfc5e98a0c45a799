using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Generations.WatchGenerations;

/// <summary>Follows a generation as it changes.</summary>
public sealed class WatchGenerationsHandler(IGenerationLedger ledger, GenerationFeed feed)
{
    /// <summary>The generation now, then after every change, to its final status.</summary>
    /// <param name="id">A generation that exists.</param>
    /// <param name="afterRevision">The last revision seen; 0 = none.</param>
    public IAsyncEnumerable<Generation> WatchAsync(GenerationId id, long afterRevision, CancellationToken cancellationToken) =>
        feed.WatchAsync(token => ledger.FindAsync(id, token), id, afterRevision, cancellationToken);

    /// <summary>The generation when it is final.</summary>
    /// <param name="generation">As recorded.</param>
    /// <param name="cancellationToken">Gives up waiting; the generation runs on.</param>
    public async Task<Generation> WaitForEndAsync(Generation generation, CancellationToken cancellationToken)
    {
        var last = generation;
        await foreach (var change in WatchAsync(generation.Id, 0, cancellationToken))
        {
            last = change;
        }

        return last;
    }
}
