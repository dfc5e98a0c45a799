using System.Collections.Concurrent;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Gives models access to reference images: each is prepared once and used by every slot that needs it meanwhile.</summary>
internal sealed class ReferenceUrls(ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock)
{
    /// <summary>
    /// Replicate's contract wants a file from 256 kB on (openapi.json); other pages say more, so the smallest counts, for all images together.
    /// </summary>
    private const int LongestDataUri = 256_000;

    private const int MostKept = 1_000;

    private readonly ConcurrentDictionary<CharacterReferenceId, ReferenceSource> _urls = new();

    /// <returns>The URL of each reference image of the task, or why one is not available.</returns>
    public async Task<Result<Func<CharacterReferenceId, string>>> PrepareAsync(SlotTask task, CancellationToken cancellationToken)
    {
        if (_urls.Count > MostKept)
        {
            _urls.Clear();
        }

        var urls = new Dictionary<CharacterReferenceId, string>();
        foreach (var image in task.References)
        {
            var source = _urls.GetOrAdd(
                image.Id, _ => new ReferenceSource(image, LongestDataUri / task.References.Count, task.Model, client, errors, options, clock));
            var prepared = await source.GetAsync(cancellationToken);
            if (!prepared.TryGet(out var url, out var unavailable))
            {
                return unavailable;
            }

            urls[image.Id] = url;
        }

        return (Func<CharacterReferenceId, string>)(id => urls[id]);
    }
}
