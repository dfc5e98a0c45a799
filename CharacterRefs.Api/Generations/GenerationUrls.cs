namespace CharacterRefs.Api.Generations;

/// <summary>URLs of a generation, relative to the service.</summary>
public sealed record GenerationUrls
{
    /// <summary>The generation.</summary>
    /// <example>/api/mv/generations/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Self { get; init; }

    /// <summary>Its events.</summary>
    /// <example>/api/mv/generations/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/events</example>
    public required string Events { get; init; }

    /// <summary>Cancels it.</summary>
    /// <example>/api/mv/generations/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/cancel</example>
    public required string Cancel { get; init; }
}
