using System.ComponentModel.DataAnnotations;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Generations.ListGenerations;

namespace CharacterRefs.Api.Generations;

/// <summary>Which generations to list.</summary>
public sealed record ListGenerationsRequest
{
    internal const int MaxLimit = 100;
    internal const int DefaultLimit = 20;

    /// <summary>Only generations with this status.</summary>
    /// <example>running</example>
    [FromQuery(Name = "status")]
    [KnownValues("queued", "running", "canceling", "succeeded", "partial", "failed", "canceled")]
    public string? Status { get; init; }

    /// <summary>Maximum number of items in the page: 1 to 100, default 20.</summary>
    /// <example>20</example>
    [FromQuery(Name = "limit")]
    [Range(1, MaxLimit)]
    public int? Limit { get; init; }

    /// <summary><c>next_cursor</c> of the previous page.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    internal ListGenerationsQuery ToQuery() => new(
        Status is null ? null : Enum.Parse<GenerationStatus>(Status, ignoreCase: true),
        GenerationId.TryParse(Cursor, out var id) ? id : null,
        Limit ?? DefaultLimit);
}
