using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Api.Http;

/// <summary>Requires <c>X-API-Key</c> on everything under <c>/api</c> if keys are configured. Only this header counts; no origin is exempt.</summary>
/// <param name="exempt">Paths that carry a signature instead of a key.</param>
internal sealed class ApiKeyGate(RequestDelegate next, PathString[] exempt, ApiOptions options, IProblemDetailsService problems)
{
    public const string HeaderName = "X-API-Key";

    public async Task InvokeAsync(HttpContext context)
    {
        if (options.ApiKeyHashes.Count == 0
            || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || exempt.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            || IsKnown(context.Request.Headers[HeaderName].ToString()))
        {
            await next(context);
            return;
        }

        var problem = Problems.Create(context, new Error(ErrorKind.Unauthorized, $"Send a valid key in the {HeaderName} header."));
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private bool IsKnown(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

        // Every key is compared, each in constant time, so that the response time reveals nothing.
        var isKnown = false;
        foreach (var known in options.ApiKeyHashes)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return isKnown;
    }
}
