using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Which references to list; <c>null</c> members do not restrict.</summary>
/// <param name="Query">Text that the description contains, in any case.</param>
/// <param name="Origin">Their origin.</param>
/// <param name="JobId">A job that uses them.</param>
public sealed record ReferenceFilter(string? Query, ReferenceOrigin? Origin, JobId? JobId = null);
