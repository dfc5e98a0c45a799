using System.Collections.Concurrent;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Gives models access to reference images: small ones as <c>data:</c> URIs, which are not kept, others as uploaded files.</summary>
internal sealed class ReferenceUrls(ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock)
{
    /// <summary>
    /// Replicate's contract wants a file from 256 kB on (openapi.json); other pages say more, so the smallest counts, for all images together.
    /// </summary>
    private const int LongestDataUri = 256_000;

    private const int MostKept = 1_000;

    private readonly ConcurrentDictionary<CharacterReferenceId, UploadedReference> _uploaded = new();

    /// <returns>The URL of each reference image of the task, or why one is not available.</returns>
    public async Task<Result<Func<CharacterReferenceId, string>>> PrepareAsync(SlotTask task, CancellationToken cancellationToken)
    {
        if (_uploaded.Count > MostKept)
        {
            _uploaded.Clear();
        }

        var urls = new Dictionary<CharacterReferenceId, string>();
        foreach (var image in task.References)
        {
            var prepared = await PrepareAsync(image, task, cancellationToken);
            if (!prepared.TryGet(out var url, out var unavailable))
            {
                return unavailable;
            }

            urls[image.Id] = url;
        }

        return (Func<CharacterReferenceId, string>)(id => urls[id]);
    }

    private async Task<Result<string>> PrepareAsync(ReferenceImage image, SlotTask task, CancellationToken cancellationToken)
    {
        var prefix = $"data:{image.Format.MediaType};base64,";
        return prefix.Length + ((image.SizeBytes + 2) / 3 * 4) <= LongestDataUri / task.References.Count
            ? prefix + Convert.ToBase64String(await ReadAsync(image, cancellationToken))
            : await _uploaded.GetOrAdd(image.Id, _ => new UploadedReference(image, task.Model, client, errors, options, clock)).GetAsync(cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(ReferenceImage image, CancellationToken cancellationToken)
    {
        var bytes = new byte[image.SizeBytes];
        await using var content = await image.OpenReadAsync(cancellationToken);
        try
        {
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (EndOfStreamException error)
        {
            throw new LocalStorageException("The reference image is shorter than recorded.", error);
        }
    }
}
