using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Application.References;

/// <summary>Stages and inspects image bytes from every source: uploads, model outputs and objects of the store.</summary>
public sealed class ReferenceIntake(IReferenceFiles files, IImageInspector inspector)
{
    private const int HeadBytes = 64 * 1024;

    /// <summary>
    /// Stages the bytes, hashing on the way, and inspects them. Publishing is left to the caller. What the first bytes give reason to reject is not read on.
    /// </summary>
    /// <returns>The accepted image, or <see cref="ErrorKind.ValidationError"/> on <c>file</c> naming the limit that was exceeded.</returns>
    public async Task<Result<AcceptedImage>> ReceiveAsync(
        Stream content, long maxBytes, InspectionLane lane, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (inspector.RejectEarly(head.AsMemory(0, length)) is { } rejection)
        {
            return rejection;
        }

        var staged = await files.StageAsync(new PrefixedStream(head.AsMemory(0, length), content), maxBytes, cancellationToken);
        if (staged is null)
        {
            return Error.Invalid("file", $"The file is larger than the limit of {maxBytes} bytes.");
        }

        var isAccepted = false;
        // Flushing and decoding take about as long, and neither depends on the other.
        var flushing = staged.FlushAsync();
        try
        {
            var inspection = await inspector.InspectAsync(staged.Path, lane, cancellationToken);
            if (!inspection.TryGet(out var details, out var error))
            {
                return error;
            }

            await flushing;
            isAccepted = true;
            return new AcceptedImage(staged, details);
        }
        finally
        {
            if (!isAccepted)
            {
                await flushing.ContinueWith(static flushed => flushed.Exception, TaskScheduler.Default);
                staged.Dispose();
            }
        }
    }
}
