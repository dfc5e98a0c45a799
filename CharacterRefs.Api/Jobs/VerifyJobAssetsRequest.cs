using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Jobs;

/// <summary>How closely a job's set is to be verified.</summary>
public sealed record VerifyJobAssetsRequest
{
    /// <summary><c>size</c> (default): presence and length, by one listing. <c>hash</c>: also every byte, by reading everything.</summary>
    /// <example>hash</example>
    [FromQuery(Name = "depth")]
    public string? Depth { get; init; }
}
