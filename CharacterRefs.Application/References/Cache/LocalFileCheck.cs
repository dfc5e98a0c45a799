using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>Hashes each local file of an image again, once per <c>COPY_CHECK_PERIOD</c>, and replaces a damaged one from the store.</summary>
public sealed partial class LocalFileCheck(
    LocalCopies copies,
    FileIntegrity integrity,
    IReferenceCatalog catalog,
    IReferenceFiles files,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<LocalFileCheck> logger)
    : FileRound<(CharacterReferenceId Id, ImageFormat Format)>(settings, clock)
{
    /// <summary>Time between two steps of a round.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private protected override Task<(CharacterReferenceId Id, ImageFormat Format)[]> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(files.List().Select(file => (file.Id, file.Format)).ToArray());

    private protected override async Task CheckAsync(
        IReadOnlyList<(CharacterReferenceId Id, ImageFormat Format)> batch, CancellationToken cancellationToken)
    {
        var rows = await catalog.FindManyAsync([.. batch.Select(file => file.Id)], cancellationToken);
        foreach (var (id, format) in batch)
        {
            if (rows.TryGetValue(id, out var reference) && reference.Format == format)
            {
                await CheckFileAsync(reference, cancellationToken);
            }
        }
    }

    private async Task CheckFileAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (files.Find(reference.Id, reference.Format) is not { } file || await integrity.VerifyAsync(reference, file, cancellationToken))
            {
                return;
            }

            await copies.FindAsync(reference, cancellationToken);
        }
        catch (Exception error) when (error is LocalStorageException or AssetStoreUnavailableException)
        {
            LogNotChecked(logger, reference.Id, error.Message);
        }
    }

    [LoggerMessage(167, LogLevel.Warning, "Local file of {ImageId} was not checked: {Cause}")]
    private static partial void LogNotChecked(ILogger logger, CharacterReferenceId imageId, string cause);
}
