using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.References.ListReferences;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.References;

/// <summary>Which images to list.</summary>
public sealed record ListCharacterReferencesRequest
{
    /// <summary>Most items of the page, 1 to 100.</summary>
    /// <example>20</example>
    [FromQuery(Name = "limit")]
    [Range(1, ListReferencesQuery.MaxLimit)]
    public int? Limit { get; init; }

    /// <summary><c>next_cursor</c> of the page before.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>Text that the description contains, in any case; at most 200 characters.</summary>
    /// <example>robot</example>
    [FromQuery(Name = "query")]
    [StringLength(ListReferencesQuery.MaxQueryLength)]
    public string? Query { get; init; }

    /// <summary><c>generated</c>, <c>uploaded</c> or <c>adopted</c>.</summary>
    /// <example>generated</example>
    [FromQuery(Name = "origin")]
    public string? Origin { get; init; }

    /// <summary>A job: only images that it uses.</summary>
    /// <example>video-42</example>
    [FromQuery(Name = "job_id")]
    public string? JobId { get; init; }
}
