using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>Bytes that passed the gate and wait, flushed, for their final name. Disposal drops them unless they were published.</summary>
public sealed class AcceptedImage(IStagedFile staged, ImageDetails details) : IDisposable
{
    /// <summary>The bytes under their temporary name.</summary>
    public IStagedFile Staged => staged;

    /// <summary>What they are.</summary>
    public ImageDetails Details => details;

    /// <summary>The record of this image.</summary>
    public CharacterReference ToReference(CharacterReferenceId id, ReferenceOrigin origin, DateTimeOffset now) => new()
    {
        Id = id,
        Origin = origin,
        Format = details.Format,
        Width = details.Width,
        Height = details.Height,
        SizeBytes = staged.SizeBytes,
        Sha256 = staged.Sha256,
        CreatedAt = now,
    };

    /// <inheritdoc/>
    public void Dispose() => staged.Dispose();
}
