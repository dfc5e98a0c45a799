using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References;

/// <summary>A staged and inspected image that is still to be published. Disposal removes it unless it was published.</summary>
public sealed class AcceptedImage(IStagedFile staged, ImageDetails details) : IDisposable
{
    /// <summary>The staged file.</summary>
    public IStagedFile Staged => staged;

    /// <summary>Format and dimensions.</summary>
    public ImageDetails Details => details;

    /// <summary>Creates the record of this image.</summary>
    public CharacterReference ToReference(CharacterReferenceId id, ReferenceOrigin origin, DateTimeOffset now) => new()
    {
        Id = id,
        Origin = origin,
        Format = details.Format,
        Width = details.Width,
        Height = details.Height,
        Orientation = details.Orientation,
        SizeBytes = staged.SizeBytes,
        Sha256 = staged.Sha256,
        CreatedAt = now,
    };

    public void Dispose() => staged.Dispose();
}
