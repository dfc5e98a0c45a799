using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.VerifyJobAssets;

namespace CharacterRefs.Api.Jobs;

/// <summary>How to verify a job's set.</summary>
public sealed record VerifyJobAssetsRequest
{
    /// <summary><c>size</c> (default) verifies existence and length by listing the store. <c>hash</c> also reads every file and verifies its SHA-256.</summary>
    /// <example>hash</example>
    [FromQuery(Name = "depth")]
    [KnownValues(typeof(VerifyDepth))]
    public string? Depth { get; init; }

    internal VerifyDepth ToDepth() => Depth is { } depth ? Enum.Parse<VerifyDepth>(depth, ignoreCase: true) : VerifyDepth.Size;
}
