using System.Text.Json.Serialization;
using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.Operation;

/// <summary>The current configuration. Secrets appear only as set or unset.</summary>
public sealed record ConfigurationReport
{
    /// <summary>Value of <c>SERVE_FROM_CLOUD</c>.</summary>
    /// <example>false</example>
    [JsonPropertyName("SERVE_FROM_CLOUD")]
    public required bool ServeFromCloud { get; init; }

    /// <summary>The storage backend.</summary>
    /// <example>local</example>
    [KnownValues("local", "s3")]
    [JsonPropertyName("STORAGE_BACKEND")]
    public required string StorageBackend { get; init; }

    /// <summary>The bucket; null without one.</summary>
    /// <example>null</example>
    [JsonPropertyName("STORAGE_BUCKET")]
    public string? StorageBucket { get; init; }

    /// <summary>Minimum lifetime of presigned URLs, in seconds.</summary>
    /// <example>3600</example>
    [JsonPropertyName("PRESIGNED_URL_EXPIRY")]
    public required int PresignedUrlExpiry { get; init; }

    /// <summary>Whether requests for images return presigned URLs.</summary>
    /// <example>false</example>
    public required bool CloudServingEnabled { get; init; }

    /// <summary>The image generator.</summary>
    /// <example>placeholder</example>
    [KnownValues("replicate", "placeholder")]
    public required string ImageGenerator { get; init; }

    /// <summary>Models a request can select.</summary>
    /// <example>["black-forest-labs/flux-1.1-pro"]</example>
    public required IReadOnlyList<string> AllowedModels { get; init; }

    /// <summary>Flavors a request can select.</summary>
    /// <example>["default"]</example>
    public required IReadOnlyList<string> Flavors { get; init; }

    /// <summary>Hosting environment.</summary>
    /// <example>Development</example>
    public required string Environment { get; init; }

    /// <summary>Version of the service.</summary>
    /// <example>1.0.0</example>
    public required string Version { get; init; }

    /// <summary>Every variable the service reads, with its current value (null = unset, *** = a secret is set).</summary>
    /// <example>{ "REPLICATE_API_TOKEN": null, "REPLICATE_DEADLINE": "300" }</example>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }
}
