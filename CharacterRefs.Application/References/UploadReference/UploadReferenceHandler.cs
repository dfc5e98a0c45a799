using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.UploadReference;

/// <summary>Adds an uploaded image: bytes, then rename, then row.</summary>
public sealed class UploadReferenceHandler(
    ReferenceIntake intake, IReferenceFiles files, IReferenceCatalog catalog, PendingUploads uploads, ReferenceLocator locator, TimeProvider clock)
{
    /// <returns>The added image, or <see cref="ErrorKind.ValidationError"/> on <c>file</c>.</returns>
    public async Task<Result<LocatedReference>> HandleAsync(UploadReferenceCommand command, CancellationToken cancellationToken)
    {
        var received = await intake.ReceiveAsync(command.Content, UploadReferenceCommand.MaxBytes, cancellationToken);
        if (!received.TryGet(out var image, out var error))
        {
            return error;
        }

        using (image)
        {
            var now = clock.GetUtcNow();
            var id = CharacterReferenceId.Create(now);
            var reference = uploads.Enqueue(image.ToReference(id, ReferenceOrigin.Uploaded, now) with { OriginalFileName = command.FileName });
            files.Publish(image.Staged, id, reference.Format);

            try
            {
                // The file is published: from here on a cancelled request must not leave it without its row.
                await catalog.AddAsync(reference, CancellationToken.None);
            }
            catch (LocalStorageException)
            {
                // The request fails, so nothing may be left behind.
                files.Delete(id, reference.Format);
                throw;
            }

            return locator.Locate(await uploads.AttemptAsync(reference));
        }
    }
}
