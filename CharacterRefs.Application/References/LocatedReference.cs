using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References;

/// <summary>A reference with the place of its local copy.</summary>
/// <param name="Reference">The record.</param>
/// <param name="Path">Where the file is or would be, relative to the working directory.</param>
/// <param name="File">The file; <c>null</c> when the local copy is missing or was evicted.</param>
/// <param name="Url">An address in the store; <c>null</c> until the image is there.</param>
public sealed record LocatedReference(CharacterReference Reference, string Path, LocalFile? File, PresignedUrl? Url)
{
    /// <summary>The jobs that use it, in the order of the ids' code points; empty also where nobody asked for them.</summary>
    public IReadOnlyList<JobId> Jobs { get; init; } = [];
}
