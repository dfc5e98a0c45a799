using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References;

/// <summary>Stages and inspects image bytes from every source: uploads, model outputs and objects of the store.</summary>
public sealed class ReferenceIntake(IReferenceFiles files, IImageInspector inspector)
{
    /// <summary>Stages the bytes, hashing on the way, and inspects them. Publishing is left to the caller.</summary>
    /// <returns>The accepted image, or <see cref="ErrorKind.ValidationError"/> on <c>file</c> naming the limit that was exceeded.</returns>
    public async Task<Result<AcceptedImage>> ReceiveAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        var staged = await files.StageAsync(content, maxBytes, cancellationToken);
        if (staged is null)
        {
            return Error.Invalid("file", $"The file is larger than the limit of {maxBytes} bytes.");
        }

        var isAccepted = false;
        try
        {
            var inspection = await inspector.InspectAsync(staged.Path, cancellationToken);
            if (!inspection.TryGet(out var details, out var error))
            {
                return error;
            }

            isAccepted = true;
            return new AcceptedImage(staged, details);
        }
        finally
        {
            if (!isAccepted)
            {
                staged.Dispose();
            }
        }
    }
}
