using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.References.ListPendingUploads;

namespace CharacterRefs.Api.References;

/// <summary>Which pending uploads to list.</summary>
public sealed record ListPendingUploadsRequest
{
    /// <summary>Maximum number of items: 1 to 100, default 20.</summary>
    /// <example>20</example>
    [FromQuery(Name = "limit")]
    [Range(1, ListPendingUploadsHandler.MaxLimit)]
    public int? Limit { get; init; }
}
