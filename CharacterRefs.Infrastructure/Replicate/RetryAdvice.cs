using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// When a request may be retried. The header is HTTP's; the body's <c>retry_after</c> and the two sentences were seen in Replicate's 429
/// responses (replicate.com/docs/topics/predictions/rate-limits, nodetool #5196).
/// </summary>
internal static partial class RetryAdvice
{
    /// <summary>Longest pause that a response can set.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan s_whenUnsaid = TimeSpan.FromSeconds(10);

    /// <summary>The pause; <c>null</c> when the response names none and the status is not 429.</summary>
    public static TimeSpan? Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        if (response.IsSuccessStatusCode)
        {
            return null;
        }

        var limited = response.StatusCode == HttpStatusCode.TooManyRequests;
        var advice = FromHeader(response, now) ?? (limited ? FromBody(body) ?? s_whenUnsaid : null);
        return advice is { } pause ? TimeSpan.FromTicks(Math.Clamp(pause.Ticks, 0, Longest.Ticks)) : null;
    }

    private static TimeSpan? FromHeader(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;

    private static TimeSpan? FromBody(ReadOnlyMemory<byte> body)
    {
        var problem = new Reply(AttemptEnd.Responded, Body: body).Read(WireJson.Default.Problem);
        if (problem?.RetryAfter is >= 0 and < 1e6)
        {
            return TimeSpan.FromSeconds(problem.RetryAfter.Value);
        }

        var match = Sentence().Match(problem?.Detail ?? Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 4096)]));
        return match.Success ? TimeSpan.FromSeconds(int.Parse(match.Groups["s"].Value, CultureInfo.InvariantCulture)) : null;
    }

    // "Your rate limit resets in ~30s." and the older "Expected available in 1 second."
    [GeneratedRegex(@"(~\s*(?<s>[0-9]{1,6})\s*s)|(in (?<s>[0-9]{1,6}) second)", RegexOptions.ExplicitCapture)]
    private static partial Regex Sentence();
}
