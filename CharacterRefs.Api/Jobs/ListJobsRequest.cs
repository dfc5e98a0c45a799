using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.Jobs.ListJobs;

namespace CharacterRefs.Api.Jobs;

/// <summary>Which jobs to list.</summary>
public sealed record ListJobsRequest
{
    internal const int MaxLimit = 100;
    internal const int DefaultLimit = 20;
    internal const int MaxQueryLength = 128;

    /// <summary>Only jobs whose id contains this text, in any letter case; at most 128 characters.</summary>
    /// <example>video</example>
    [FromQuery(Name = "query")]
    [MaxLength(MaxQueryLength)]
    public string? Query { get; init; }

    /// <summary>Maximum number of items in the page: 1 to 100, default 20.</summary>
    /// <example>20</example>
    [FromQuery(Name = "limit")]
    [Range(1, MaxLimit)]
    public int? Limit { get; init; }

    /// <summary><c>next_cursor</c> of the previous page.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    internal ListJobsQuery ToQuery() => new(
        string.IsNullOrEmpty(Query) ? null : Query, JobId.TryParse(Cursor, out var after) ? after : null, Limit ?? DefaultLimit);
}
