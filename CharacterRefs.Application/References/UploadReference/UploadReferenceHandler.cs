using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.UploadReference;

/// <summary>Adds an uploaded image: bytes, then rename, then row; where nodes share the catalog, the store before the row.</summary>
public sealed partial class UploadReferenceHandler(
    ReferenceIntake intake,
    IReferenceFiles files,
    IReferenceCatalog catalog,
    UploadIntake uploads,
    ReferenceLocator locator,
    TimeProvider clock,
    ILogger<UploadReferenceHandler> logger)
{
    /// <returns>
    /// The added image, or <see cref="ErrorKind.ValidationError"/> on <c>file</c>. Where the store comes first, also the errors of
    /// <see cref="UploadIntake.AdmitAsync"/>; then nothing is left behind.
    /// </returns>
    public async Task<Result<LocatedReference>> HandleAsync(UploadReferenceCommand command, CancellationToken cancellationToken)
    {
        var received = await intake.ReceiveAsync(command.Content, UploadReferenceCommand.MaxBytes, InspectionLane.Others, cancellationToken);
        if (!received.TryGet(out var image, out var error))
        {
            return error;
        }

        using (image)
        {
            if (command.ReusesDuplicate && await catalog.FindByContentAsync(image.Staged.Sha256, cancellationToken) is { } known)
            {
                return locator.Locate(known);
            }

            var now = clock.GetUtcNow();
            var id = CharacterReferenceId.Create(now);
            var described = image.ToReference(id, ReferenceOrigin.Uploaded, now) with { OriginalFileName = command.FileName };
            files.Publish(image.Staged, id, described.Format);

            // The file is published: from here on a canceled request must not leave it without its row.
            if (!(await uploads.AdmitForRequestAsync(described)).TryGet(out var reference, out var rejection))
            {
                await RemoveAsync(described);
                return rejection;
            }

            try
            {
                if (await AddAsync(reference, command.ReusesDuplicate) is { } concurrent)
                {
                    await RemoveAsync(reference);
                    return locator.Locate(concurrent);
                }
            }
            catch (LocalStorageException)
            {
                // The request fails, so nothing may be left behind.
                await RemoveUnlessAddedAsync(reference);
                throw;
            }

            LogReceived(logger, id, reference.Format.Extension, reference.Width, reference.Height, reference.SizeBytes);
            return locator.Locate(await uploads.AttemptAsync(reference));
        }
    }

    /// <returns>The image with the same bytes that was added meanwhile and is to be reused; <c>null</c> when this one was added.</returns>
    private async Task<CharacterReference?> AddAsync(CharacterReference reference, bool reusesDuplicate)
    {
        if (reusesDuplicate)
        {
            return await catalog.AddUnlessKnownAsync(reference, CancellationToken.None);
        }

        await catalog.AddAsync(reference, CancellationToken.None);
        return null;
    }

    private Task RemoveAsync(CharacterReference reference)
    {
        files.Delete(reference.Id, reference.Format);
        return uploads.DiscardAsync(reference);
    }

    /// <summary>A connection may have been cut after the commit: bytes are removed only when it is known that no row has them.</summary>
    private async Task RemoveUnlessAddedAsync(CharacterReference reference)
    {
        try
        {
            if (await catalog.FindAsync(reference.Id, CancellationToken.None) is not null)
            {
                return;
            }
        }
        catch (LocalStorageException error)
        {
            LogUndecided(logger, reference.Id, error.Message);
            return;
        }

        await RemoveAsync(reference);
    }

    [LoggerMessage(26, LogLevel.Warning, "Kept the file of {ImageId}, whose upload failed, because the catalog may have its row: {Cause}")]
    private static partial void LogUndecided(ILogger logger, CharacterReferenceId imageId, string cause);

    [LoggerMessage(24, LogLevel.Information, "Received {ImageId} as an upload: {Format}, {Width} x {Height}, {Bytes} bytes")]
    private static partial void LogReceived(ILogger logger, CharacterReferenceId imageId, string format, int width, int height, long bytes);
}
