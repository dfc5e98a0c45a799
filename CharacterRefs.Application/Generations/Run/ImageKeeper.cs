using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Keeps a generated image: bytes, then rename, then row with the slot's end, then the first attempt to upload it. A crash in between leaves a file with
/// the reserved id, from which the slot is finished.
/// </summary>
public sealed class ImageKeeper(
    ReferenceIntake intake, IReferenceFiles files, IImageInspector inspector, SlotJournal journal, PendingUploads uploads, TimeProvider clock)
{
    /// <summary>Whether the disk can take the images of one more request.</summary>
    public bool HasRoom(long bytes) => files.AvailableBytes >= bytes;

    /// <summary>Reads and inspects the bytes.</summary>
    /// <returns>The image, not yet published, or why the bytes are not acceptable.</returns>
    public async Task<Result<AcceptedImage>> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        var received = await intake.ReceiveAsync(content, long.MaxValue, cancellationToken); // the generator bounds its own transfer
        return received.Error is { Kind: ErrorKind.ValidationError } unusable
            ? new Error(ErrorKind.UpstreamFailed, $"The model returned a file that is not an acceptable image. {unusable.Detail}")
            : received;
    }

    /// <summary>Gives the bytes their final name.</summary>
    /// <returns>The record to complete the slot with.</returns>
    public CharacterReference Publish(Generation generation, GenerationSlot slot, AcceptedImage image)
    {
        files.Publish(image.Staged, slot.ImageId, image.Details.Format);
        return Describe(generation, slot, image.ToReference(slot.ImageId, ReferenceOrigin.Generated, clock.GetUtcNow()));
    }

    /// <summary>Completes the slot with its image and attempts the upload.</summary>
    public async Task CompleteAsync(GenerationId id, GenerationSlot slot, CharacterReference reference)
    {
        var completed = await journal.CompleteAsync(id, slot, reference);
        await uploads.AttemptAsync(reference);
        journal.Show(completed);
    }

    /// <summary>The image of a slot whose file an earlier process published without its row; <c>null</c> when there is no such file.</summary>
    public async Task<CharacterReference?> FindPublishedAsync(Generation generation, GenerationSlot slot, CancellationToken cancellationToken)
    {
        foreach (var format in ImageFormat.All)
        {
            if (files.Find(slot.ImageId, format) is { } file
                && (await inspector.InspectAsync(file.FullPath, cancellationToken)).TryGet(out var details, out _)
                && details.Format == format)
            {
                return Describe(generation, slot, new CharacterReference
                {
                    Id = slot.ImageId,
                    Origin = ReferenceOrigin.Generated,
                    Format = format,
                    Width = details.Width,
                    Height = details.Height,
                    SizeBytes = file.SizeBytes,
                    Sha256 = await files.HashAsync(file, cancellationToken),
                    CreatedAt = file.LastModified < clock.GetUtcNow() ? file.LastModified : clock.GetUtcNow(),
                });
            }
        }

        return null;
    }

    private CharacterReference Describe(Generation generation, GenerationSlot slot, CharacterReference reference) =>
        uploads.Enqueue(reference with { Provenance = generation.ProvenanceOf(slot) });
}
