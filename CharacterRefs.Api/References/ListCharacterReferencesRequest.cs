using System.ComponentModel.DataAnnotations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.ListReferences;

namespace CharacterRefs.Api.References;

/// <summary>Which images to list.</summary>
public sealed record ListCharacterReferencesRequest
{
    /// <summary>Maximum number of items on the page, 1 to 100; default 20.</summary>
    /// <example>20</example>
    [FromQuery(Name = "limit")]
    [Range(1, ListReferencesQuery.MaxLimit)]
    public int? Limit { get; init; }

    /// <summary><c>next_cursor</c> of the previous page.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>
    /// Text to find in the description, the note and the tags, case-insensitive; at most 200 characters. With one or two characters, a page may have fewer
    /// items than <c>limit</c>, or none, before the last page: <c>next_cursor</c> decides.
    /// </summary>
    /// <example>robot</example>
    [FromQuery(Name = "query")]
    [StringLength(ListReferencesQuery.MaxQueryLength)]
    public string? Query { get; init; }

    /// <summary>Only images of this origin.</summary>
    /// <example>generated</example>
    [FromQuery(Name = "origin")]
    [KnownValues(typeof(ReferenceOrigin))]
    public string? Origin { get; init; }

    /// <summary>Only images that this job uses.</summary>
    /// <example>video-42</example>
    [FromQuery(Name = "job_id")]
    public string? JobId { get; init; }

    /// <summary>Only favorites, or only others.</summary>
    /// <example>true</example>
    [FromQuery(Name = "favorite")]
    public bool? Favorite { get; init; }

    /// <summary>Only images with this tag, case-insensitive.</summary>
    /// <example>hero</example>
    [FromQuery(Name = "tag")]
    [StringLength(ReferenceAnnotation.MaxTagLength, MinimumLength = 1)]
    public string? Tag { get; init; }

    /// <summary>Only images with at least this rating, 0 to 5.</summary>
    /// <example>3</example>
    [FromQuery(Name = "min_rating")]
    [Range(0, ReferenceAnnotation.MaxRating)]
    public int? MinRating { get; init; }

    internal ListReferencesQuery ToQuery() => new(
        new ReferenceFilter(
            TextRules.Normalized(Query),
            Origin is { } origin ? Enum.Parse<ReferenceOrigin>(origin, ignoreCase: true) : null,
            RequestIds.OfJob(JobId))
        {
            Favorite = Favorite,
            Tag = Tag,
            MinRating = MinRating,
        },
        Cursor is { } cursor ? ReferenceCursorText.Read(cursor) : null,
        Limit ?? ListReferencesQuery.DefaultLimit);
}
