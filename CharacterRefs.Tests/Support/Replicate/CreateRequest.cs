using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A create as it arrived, checked as strictly as the real one.</summary>
internal sealed partial record CreateRequest(string? Version, JsonElement Input, string? Webhook, StubResponse? Rejection)
{
    private static readonly string[] s_known = ["input", "webhook", "webhook_events_filter", "stream"];

    /// <param name="needsVersion">On the generic route the version is required, on a model's it is unknown.</param>
    public static async Task<CreateRequest> ReadAsync(HttpContext context, bool needsVersion)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var body = document.RootElement.Clone();
        var version = body.TryGetProperty("version", out var named) ? named.GetString() : null;
        var input = body.TryGetProperty("input", out var given) ? given : default;
        return new CreateRequest(version, input, body.TryGetProperty("webhook", out var hook) ? hook.GetString()
            : null, Check(context.Request.Headers, body, input, version, needsVersion));
    }

    private static StubResponse? Check(IHeaderDictionary headers, JsonElement body, JsonElement input, string? version, bool needsVersion)
    {
        var unknown = body.EnumerateObject().Select(member => member.Name)
            .FirstOrDefault(name => !s_known.Contains(name) && !(needsVersion && name == "version"));
        if (unknown is not null)
        {
            return StubResponse.Invalid("", "additional_property_not_allowed", $"Additional property {unknown} is not allowed");
        }

        if (needsVersion && version is null)
        {
            return StubResponse.Invalid("", "required", "version is required");
        }

        if (input.ValueKind != JsonValueKind.Object)
        {
            return StubResponse.Invalid("", "required", "input is required");
        }

        if (headers["Prefer"] is { Count: > 0 } prefer && !Wait().IsMatch(prefer.ToString()))
        {
            return StubResponse.Invalid("Prefer", "format", "Prefer is not acceptable");
        }

        return headers["Cancel-After"] is { Count: > 0 } cancel
            && !(Seconds().Match(cancel.ToString()) is { Success: true } match && int.Parse(match.Groups[1].Value) is >= 5 and <= 86_400)
            ? StubResponse.Invalid("Cancel-After", "format", "Cancel-After is not acceptable")
            : null;
    }

    [GeneratedRegex("^wait(=([1-9]|[1-5][0-9]|60))?$")]
    private static partial Regex Wait();

    [GeneratedRegex("^([0-9]+)s?$")]
    private static partial Regex Seconds();
}
