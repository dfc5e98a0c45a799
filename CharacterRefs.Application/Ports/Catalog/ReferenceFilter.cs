namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Which references to list; <c>null</c> members do not restrict.</summary>
/// <param name="Query">Text that the description, the note or a tag contains, in any case.</param>
/// <param name="Origin">Their origin.</param>
/// <param name="JobId">A job that uses them.</param>
public sealed record ReferenceFilter(string? Query, ReferenceOrigin? Origin, JobId? JobId = null)
{
    /// <summary>Whether they are favorites.</summary>
    public bool? Favorite { get; init; }

    /// <summary>A tag that they have, in any case.</summary>
    public string? Tag { get; init; }

    /// <summary>Lowest rating.</summary>
    public int? MinRating { get; init; }
}
