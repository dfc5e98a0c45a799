using System.Text.Json;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>One create that arrived.</summary>
/// <param name="Path">Route below the base.</param>
/// <param name="Version">Version named in the body.</param>
/// <param name="Input">What the model would have got.</param>
/// <param name="At">When, by the stub's clock.</param>
internal sealed record RecordedCreate(
    string Path, string? Version, JsonElement Input, string? Prefer, string? CancelAfter, string? UserAgent, DateTimeOffset At);
