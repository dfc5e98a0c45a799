using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References;

/// <summary>The one way in for image bytes: staged to disk while hashing, then inspected. Uploads and model outputs pass the same gate.</summary>
public sealed class ReferenceIntake(IReferenceFiles files, IImageInspector inspector)
{
    /// <summary>Takes one image in, up to its final name.</summary>
    /// <returns>The accepted image, or <see cref="ErrorKind.ValidationError"/> on <c>file</c> naming the limit that the bytes break.</returns>
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
