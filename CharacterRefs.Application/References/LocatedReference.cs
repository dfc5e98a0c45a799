using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References;

/// <summary>A reference with the locations of its copies.</summary>
/// <param name="Path">Path of the local file, whether or not it exists, relative to the working directory.</param>
/// <param name="File">The local file; <c>null</c> when it is missing or was evicted.</param>
/// <param name="Url">Presigned URL of the persisted copy; <c>null</c> until there is one.</param>
public sealed record LocatedReference(CharacterReference Reference, string Path, LocalFile? File, PresignedUrl? Url)
{
    /// <summary>Whether the local file is known to have other bytes than were recorded. It is never served.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The jobs that use it, in the order of the ids' code points; empty where they were not looked up.</summary>
    public IReadOnlyList<JobId> Jobs { get; init; } = [];
}
