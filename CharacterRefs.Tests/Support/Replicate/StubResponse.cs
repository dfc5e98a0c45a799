using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A fixed response, with the bodies that Replicate was seen to send.</summary>
internal sealed record StubResponse(int Status, string Body, string ContentType = "application/problem+json", string? RetryAfter = null)
{
    public static StubResponse Unauthenticated { get; } = Problem(401, "Unauthenticated", "You did not pass a valid authentication token");

    public static StubResponse NoCredit { get; } = Problem(402, "Insufficient credit",
        "You have insufficient credit to run this model. Your balance is $3.14. Go to https://replicate.com/account/billing#billing to purchase credit.");

    public static StubResponse NotFound { get; } = Problem(404, "Not found", "The requested resource could not be found.");

    public static StubResponse EdgeError { get; } = new(500, "<html><body>Internal Server Error</body></html>", "text/html");

    public static StubResponse Unavailable { get; } = new(503, "", "text/plain");

    public static StubResponse LimitedByHeader(string retryAfter) => new(429, """{"detail":"Request was throttled.","status":429}""", RetryAfter: retryAfter);

    public static StubResponse LimitedByBody(double seconds) => new(429, JsonSerializer.Serialize(new
    {
        detail = "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while " +
            "you have less than $5.0 in credit. Your rate limit resets in ~99s.",
        status = 429,
        retry_after = seconds,
    }));

    public static StubResponse LimitedByText(string detail) => new(429, JsonSerializer.Serialize(new { detail }));

    public static StubResponse Invalid(string field, string type, string description) => new(422, JsonSerializer.Serialize(new
    {
        title = "Input validation failed",
        status = 422,
        detail = $"- {field}: {description}\n",
        invalid_fields = new[] { new { type, field, description } },
    }));

    public static StubResponse BadVersion { get; } = Problem(
        422, "Invalid version or not permitted", "The specified version does not exist (or perhaps you don't have permission to use it?)");

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = RetryAfter;
        }

        await context.Response.WriteAsync(Body, context.RequestAborted);
    }

    public static StubResponse Problem(int status, string title, string detail) => new(status, JsonSerializer.Serialize(new { title, detail, status }));
}
