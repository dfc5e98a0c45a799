using System.Text.Json;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>One image to generate, from the record of its generation.</summary>
public sealed record SlotTask
{
    /// <summary>Id that the image will have; unique per paid request.</summary>
    public required CharacterReferenceId ImageId { get; init; }

    /// <summary>The model of the plan.</summary>
    public required string Model { get; init; }

    /// <summary>The character as described.</summary>
    public required string Description { get; init; }

    /// <summary>The inputs of the plan.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    /// <summary>Seed of this image; <c>null</c> when the model takes none.</summary>
    public int? Seed { get; init; }

    /// <summary>The reference images that the parameters name.</summary>
    public IReadOnlyList<ReferenceImage> References { get; init; } = [];

    /// <summary>Id of the prediction; <c>null</c> when the paid request is still to be sent.</summary>
    public string? PredictionId { get; init; }

    /// <summary>When the paid request was sent, UTC; <c>null</c> before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the paid request waited for the provider's rate limit before, such as in an earlier process.</summary>
    public TimeSpan RateLimitWait { get; init; }
}
