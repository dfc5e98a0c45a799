using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.References;

/// <summary>Which copy of an image is meant.</summary>
public sealed record GetCharacterReferenceUrlRequest
{
    /// <summary>A job, whose copy is meant; without it the image by itself.</summary>
    /// <example>video-42</example>
    [FromQuery(Name = "job_id")]
    public string? JobId { get; init; }

    /// <summary><c>png</c>, <c>jpg</c> or <c>webp</c>: only if the image has this format.</summary>
    /// <example>png</example>
    [FromQuery(Name = "extension")]
    public string? Extension { get; init; }
}
