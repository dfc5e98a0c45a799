using System.Diagnostics.CodeAnalysis;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>
/// Keeps a generated image: bytes, then rename, then row with the slot's end, then the first attempt to upload it; where nodes share the catalog, the upload
/// before the row. A crash in between leaves a file or an object with the reserved id, from which the slot is finished.
/// </summary>
public sealed class ImageKeeper(
    ReferenceIntake intake,
    IReferenceFiles files,
    FileIntegrity integrity,
    PublishedImages published,
    SlotJournal journal,
    UploadIntake uploads,
    TimeProvider clock)
{
    // A PNG of four megapixels.
    private const long LargestExpectedImage = 16 << 20;

    private int _expected;

    /// <summary>Whether the disk can take the images of one more request, of four at most, and those that are paid for and not stored yet.</summary>
    /// <param name="bytes">The room for one request; 0 = free space is not checked.</param>
    public bool HasRoom(long bytes) =>
        bytes == 0 || files.AvailableBytes >= bytes + (Volatile.Read(ref _expected) * Math.Min(bytes / 4, LargestExpectedImage));

    /// <summary>Counts one image that is paid for, so that its room is not promised to others. To be taken back when it is stored, or fails.</summary>
    public void Expect() => Interlocked.Increment(ref _expected);

    /// <summary>Takes back <see cref="Expect"/>.</summary>
    public void ExpectNoMore() => Interlocked.Decrement(ref _expected);

    /// <summary>Reads and inspects the bytes.</summary>
    /// <returns>The image, not yet published, or why the bytes are not acceptable.</returns>
    public async Task<Result<AcceptedImage>> ReceiveAsync(Stream content, CancellationToken cancellationToken)
    {
        var received = await intake.ReceiveAsync(content, long.MaxValue, InspectionLane.Generated, cancellationToken); // the generator bounds its transfer
        return received.Error is { Kind: ErrorKind.ValidationError } unusable
            ? new Error(ErrorKind.UpstreamFailed, $"The model returned a file that is not an acceptable image: {unusable.Detail}")
            : received;
    }

    /// <summary>Deletes a file that an earlier process published for the slot, and that <see cref="FindFileAsync"/> found to be unusable.</summary>
    public void DeleteUnusable(GenerationSlot slot)
    {
        foreach (var format in ImageFormat.All)
        {
            if (files.Find(slot.ImageId, format) is not null)
            {
                files.Delete(slot.ImageId, format);
            }
        }
    }

    /// <summary>Gives the bytes their final name.</summary>
    /// <returns>The record to complete the slot with.</returns>
    public CharacterReference Publish(Generation generation, GenerationSlot slot, AcceptedImage image)
    {
        files.Publish(image.Staged, slot.ImageId, image.Details.Format);
        var reference = image.ToReference(slot.ImageId, ReferenceOrigin.Generated, clock.GetUtcNow());
        if (files.Find(reference.Id, reference.Format) is { } file)
        {
            // Its hash was computed from the bytes on their way to the disk.
            integrity.Remember(reference, file);
        }

        return Describe(generation, slot, reference);
    }

    /// <summary>Completes the slot with its image and attempts the upload.</summary>
    /// <returns><c>false</c> when another node claimed the generation.</returns>
    public async Task<bool> CompleteAsync(Generation generation, GenerationSlot slot, CharacterReference reference)
    {
        using var hold = journal.HoldEnd(generation.Id); // until the upload was attempted
        if (await journal.CompleteAsync(generation, slot, reference) is not { } completed)
        {
            return false;
        }

        await uploads.AttemptAsync(reference);
        journal.Show(completed);
        return true;
    }

    /// <summary>Prepares the row of a published image, see <see cref="UploadIntake.AdmitAsync"/>.</summary>
    /// <returns>The record to complete the slot with; <c>null</c> when the store has other bytes under the id of the slot.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store must have the image first and did not take it.</exception>
    public async Task<CharacterReference?> AdmitAsync(CharacterReference reference)
    {
        var admitted = await uploads.AdmitAsync(reference, UploadIntake.RequestLead, CancellationToken.None);
        if (admitted.Error is { Kind: ErrorKind.Conflict })
        {
            // Of another node that had the slot before: a second prediction of a model returns other bytes.
            files.Delete(reference.Id, reference.Format);
            return null;
        }

        return admitted.Error is { } error
            ? throw new AssetStoreUnavailableException(error.Detail, AssetStoreFault.Unreachable)
            : admitted.Value;
    }

    /// <summary>The image of a slot whose file an earlier process published without its row; <c>null</c> when there is no such file.</summary>
    public async Task<CharacterReference?> FindFileAsync(Generation generation, GenerationSlot slot, CancellationToken cancellationToken) =>
        Describe(generation, slot, await published.FindFileAsync(slot, cancellationToken));

    /// <summary>The image of a slot that another node stored without its row; <c>null</c> when there is none, or the store does not respond.</summary>
    public async Task<CharacterReference?> FindObjectAsync(Generation generation, GenerationSlot slot, CancellationToken cancellationToken) =>
        Describe(generation, slot, await published.FindObjectAsync(slot, cancellationToken));

    [return: NotNullIfNotNull(nameof(reference))]
    private static CharacterReference? Describe(Generation generation, GenerationSlot slot, CharacterReference? reference) =>
        reference is null ? null : reference with { Provenance = generation.ProvenanceOf(slot) };
}
