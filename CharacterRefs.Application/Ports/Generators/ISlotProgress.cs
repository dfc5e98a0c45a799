using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>
/// Records the steps of one image. What allows a payment is in the catalog when the call returns; what is known of a paid image is being written then, and
/// is in the catalog before its end.
/// </summary>
public interface ISlotProgress
{
    /// <summary>The paid request is sent as soon as this returns.</summary>
    /// <returns>Whether it may be sent: <c>false</c> when the slot was canceled, or the disk cannot take the image.</returns>
    Task<bool> SubmittingAsync();

    /// <summary>The request waits, or has waited, for the provider's rate limit. The next record of the slot has it.</summary>
    /// <param name="rateLimitWait">How long it has waited so far, with <see cref="SlotTask.RateLimitWait"/>.</param>
    /// <param name="isOver">Whether the wait is over; otherwise it is recorded now, so that it can be seen while it lasts.</param>
    void Waited(TimeSpan rateLimitWait, bool isOver);

    /// <summary>The paid request was rejected or never left; it may be sent again.</summary>
    Task RejectedAsync();

    /// <summary>The provider returned an id.</summary>
    /// <param name="isEnding">Whether the image is there already, so that the record of its end, which is flushed, follows soon.</param>
    void Started(string predictionId, bool isEnding = false);

    /// <summary>The provider finished the image; its output is fetched next.</summary>
    /// <param name="extraOutputs">How many images came besides it; they are not kept, and the generation names each as a failure.</param>
    void Storing(int extraOutputs = 0);

    /// <summary>
    /// Reads the bytes to their end, inspects and keeps them. Called again from the start when a transfer has to begin anew, so it keeps nothing of a
    /// failed attempt.
    /// </summary>
    /// <returns><c>null</c>, or why the bytes are not acceptable.</returns>
    /// <exception cref="LocalStorageException">The disk failed; the transfer may be repeated later.</exception>
    Task<Error?> ReceiveAsync(Stream content, CancellationToken cancellationToken);
}
