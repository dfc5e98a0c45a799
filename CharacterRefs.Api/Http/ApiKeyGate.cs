namespace CharacterRefs.Api.Http;

/// <summary>
/// Requires <c>X-API-Key</c> on everything under <c>/api</c> if keys are configured; to read, the cookie of a session will do. No origin is exempt.
/// </summary>
/// <param name="exempt">Paths that carry a signature instead of a key.</param>
internal sealed class ApiKeyGate(RequestDelegate next, PathString[] exempt, ApiKeys keys, SessionCookies sessions, FailedKeys failed)
{
    /// <summary>The error of a request without a valid key.</summary>
    public static Error KeyRequired { get; } = new(ErrorKind.Unauthorized, $"Send a valid key in the {ApiKeys.HeaderName} header.");

    public async Task InvokeAsync(HttpContext context)
    {
        if (!keys.AreRequired
            || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || exempt.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            || IsAdmitted(context.Request))
        {
            await next(context);
            return;
        }

        if (context.Request.Headers.ContainsKey(ApiKeys.HeaderName))
        {
            await failed.DelayAsync(context);
        }

        await ProblemBodies.WriteAsync(context, KeyRequired);
    }

    // A key that is sent must be valid: the cookie must not hide that it is not.
    private bool IsAdmitted(HttpRequest request) =>
        request.Headers.TryGetValue(ApiKeys.HeaderName, out var sent) ? keys.Find(sent) is not null : sessions.Admit(request);
}
