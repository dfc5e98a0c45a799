using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Api.Assets;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Api.Http;

/// <summary>Asks for <c>X-API-Key</c> on everything under <c>/api</c> when keys are configured. Only this header counts; no origin is exempt.</summary>
internal sealed class ApiKeyGate(RequestDelegate next, ApiOptions options, IProblemDetailsService problems)
{
    public const string HeaderName = "X-API-Key";

    public async Task InvokeAsync(HttpContext context)
    {
        if (options.ApiKeyHashes.Count == 0
            || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/" + SignedAssetsController.Prefix, StringComparison.Ordinal)
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

        // Every key is compared, each in constant time, so that the answer's timing tells nothing.
        var isKnown = false;
        foreach (var known in options.ApiKeyHashes)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return isKnown;
    }
}
