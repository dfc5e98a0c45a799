using System.Threading.RateLimiting;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.RateLimiting;

namespace CharacterRefs.Api.Http;

/// <summary>Bounds what is at work at once.</summary>
internal static class RateLimits
{
    public const string Generation = "generation";

    public static void Configure(RateLimiterOptions limits, ApiOptions options)
    {
        limits.AddConcurrencyLimiter(Generation, limiter =>
        {
            limiter.PermitLimit = options.GenerationConcurrency;
            limiter.QueueLimit = options.GenerationQueue;
            limiter.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
        limits.OnRejected = async (rejected, _) =>
        {
            var context = rejected.HttpContext;
            var problem = Problems.Create(context, new Error(
                ErrorKind.RateLimited,
                $"{options.GenerationConcurrency} generations are at work and {options.GenerationQueue} wait; no more are taken at once."));
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            await context.RequestServices.GetRequiredService<IProblemDetailsService>()
                .WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
        };
    }
}
