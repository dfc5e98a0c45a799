using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.ListPendingUploads;

/// <summary>Reports what still waits for the object store.</summary>
public sealed class ListPendingUploadsHandler(IUploadQueue uploads)
{
    /// <summary>Items by default.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Most items.</summary>
    public const int MaxLimit = 100;

    /// <param name="limit">1 to <see cref="MaxLimit"/>.</param>
    /// <returns>All that are counted, and those that wait the longest; none without an object store.</returns>
    public async Task<PendingUploadReport> HandleAsync(int limit, CancellationToken cancellationToken)
    {
        var (count, oldest) = await uploads.ReadPendingAsync(limit, cancellationToken);
        return new PendingUploadReport(count, oldest);
    }
}
