using System.Text.Json.Serialization;

namespace CharacterRefs.Api.Operation;

/// <summary>The configuration in force. Secrets appear only as set or not.</summary>
public sealed record ConfigurationReport
{
    /// <summary>Whether retrievals are answered with presigned URLs.</summary>
    /// <example>false</example>
    [JsonPropertyName("SERVE_FROM_CLOUD")]
    public required bool ServeFromCloud { get; init; }

    /// <summary><c>local</c> or <c>s3</c>.</summary>
    /// <example>local</example>
    [JsonPropertyName("STORAGE_BACKEND")]
    public required string StorageBackend { get; init; }

    /// <summary>The bucket; null without one.</summary>
    /// <example>null</example>
    [JsonPropertyName("STORAGE_BUCKET")]
    public string? StorageBucket { get; init; }

    /// <summary>Seconds.</summary>
    /// <example>3600</example>
    [JsonPropertyName("PRESIGNED_URL_EXPIRY")]
    public required int PresignedUrlExpiry { get; init; }

    /// <summary>Whether retrievals are answered with addresses in the store.</summary>
    /// <example>false</example>
    public required bool CloudServingEnabled { get; init; }

    /// <summary><c>replicate</c> or <c>placeholder</c>.</summary>
    /// <example>placeholder</example>
    public required string ImageGenerator { get; init; }

    /// <summary>Models that a request may name.</summary>
    /// <example>["black-forest-labs/flux-1.1-pro"]</example>
    public required IReadOnlyList<string> AllowedModels { get; init; }

    /// <summary>Flavors that a request may name.</summary>
    /// <example>["default"]</example>
    public required IReadOnlyList<string> Flavors { get; init; }

    /// <summary>Hosting environment.</summary>
    /// <example>Development</example>
    public required string Environment { get; init; }

    /// <summary>Version of the service.</summary>
    /// <example>1.0.0</example>
    public required string Version { get; init; }

    /// <summary>Every variable the service reads, with the value in force (null = unset, *** = a secret is set).</summary>
    /// <example>{ "REPLICATE_API_TOKEN": null, "REPLICATE_DEADLINE": "300" }</example>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }
}
