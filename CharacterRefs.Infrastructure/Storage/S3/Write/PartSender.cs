using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Sends the parts of uploads, <see cref="S3StoreOptions.UploadParallelism"/> at the same time. A part that is being sent is in memory, so the limit holds
/// for all uploads together.
/// </summary>
internal sealed class PartSender(S3Pipeline pipeline, S3StoreOptions options) : IDisposable
{
    private const int MaxParts = 10_000;

    private readonly SemaphoreSlim _slots = new(options.UploadParallelism);

    /// <summary>Sends all parts of one upload.</summary>
    /// <param name="length">Length of the object in bytes.</param>
    /// <param name="partSize">Length of a part in bytes, unless that would make more than 10,000.</param>
    /// <param name="cancellationToken">Stops. When the task has ended, no part is being sent.</param>
    public async Task<List<PartETag>> SendAsync(string uploadId, long length, long partSize, IPartSource source, CancellationToken cancellationToken)
    {
        var size = Math.Max(partSize, (length + MaxParts - 1) / MaxParts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parts = new List<Task<PartETag>>();
        try
        {
            for (var offset = 0L; offset < length; offset += size)
            {
                var part = new S3Part(uploadId, parts.Count + 1, offset, Math.Min(size, length - offset));
                await _slots.WaitAsync(stop.Token);
                parts.Add(SendAsync(part, await PrepareAsync(source, part, stop.Token), stop));
            }

            return [.. await Task.WhenAll(parts)];
        }
        catch
        {
            // A part that arrives after the upload is aborted would stay. The cause is the part that failed, not those that were stopped because of it.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (parts.Find(part => part.IsFaulted) ?? Task.CompletedTask);
            throw;
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<Func<CancellationToken, Task<string>>> PrepareAsync(IPartSource source, S3Part part, CancellationToken cancellationToken)
    {
        try
        {
            return await source.PrepareAsync(part, cancellationToken);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    private async Task<PartETag> SendAsync(S3Part part, Func<CancellationToken, Task<string>> send, CancellationTokenSource stop)
    {
        try
        {
            return new PartETag(part.Number, await pipeline.RunAsync(send, part.Length, stop.Token));
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }
}
