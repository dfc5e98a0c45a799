using System.Text.Json.Nodes;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>An event that is sent to receivers of webhooks.</summary>
/// <param name="Type">One of the constants.</param>
/// <param name="Timestamp">When it happened, UTC.</param>
/// <param name="Data">The facts; members in snake_case.</param>
public sealed record WebhookEvent(string Type, DateTimeOffset Timestamp, JsonObject Data)
{
    /// <summary>A generation ended with all its images.</summary>
    public const string GenerationSucceeded = "generation.succeeded";

    /// <summary>A generation ended with some of its images.</summary>
    public const string GenerationPartial = "generation.partial";

    /// <summary>A generation ended without an image.</summary>
    public const string GenerationFailed = "generation.failed";

    /// <summary>A generation was canceled.</summary>
    public const string GenerationCanceled = "generation.canceled";

    /// <summary>A job's workspace is in the store, all of it.</summary>
    public const string JobPersisted = "job.persisted";

    /// <summary>Every type of event.</summary>
    public static readonly IReadOnlyList<string> Types = [GenerationSucceeded, GenerationPartial, GenerationFailed, GenerationCanceled, JobPersisted];

    /// <summary>The body of the request: <c>{ "type", "timestamp", "data" }</c>. The same text is sent and signed on every attempt.</summary>
    public string ToBody() => new JsonObject
    {
        ["type"] = Type,
        ["timestamp"] = Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["data"] = Data.DeepClone(),
    }.ToJsonString();
}
