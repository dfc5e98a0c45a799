namespace CharacterRefs.Application.Ports.Generators;

/// <summary>What a generator plans.</summary>
public sealed record GenerationRequest
{
    /// <summary><c>owner/name</c> from the allow-list.</summary>
    public required string Model { get; init; }

    /// <summary>The character as described, trimmed; for a generator without a prompt template.</summary>
    public required string Description { get; init; }

    /// <summary>The text for the model.</summary>
    public required string Prompt { get; init; }

    /// <summary>How many images will be requested, each by a separate call.</summary>
    public required int NumImages { get; init; }

    /// <summary>The seed of the first image when the client named one; image i has seed + i.</summary>
    public int? Seed { get; init; }

    /// <summary>Set by the client: a value that the model forbids is rejected.</summary>
    public required GenerationParameters Requested { get; init; }

    /// <summary>Set by the flavor, for what the client left open: a value that the model forbids is dropped.</summary>
    public required GenerationParameters Defaults { get; init; }

    /// <summary>Images that show the character; empty without one. A model that takes fewer rejects the request.</summary>
    public IReadOnlyList<ReferenceImage> References { get; init; } = [];

    /// <summary>The request member that named them, for messages.</summary>
    public string ReferenceField { get; init; } = "reference_image_id";
}
