using System.Threading.RateLimiting;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Limits concurrent generations. Runs after validation, so that an invalid request fails without waiting; the permit is kept until the response is sent,
/// because the response contains the images.
/// </summary>
internal sealed class GenerationConcurrencyFilter(ApiOptions options) : IAsyncActionFilter, IDisposable
{
    private readonly ConcurrencyLimiter _permits = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.GenerationConcurrency,
        QueueLimit = options.GenerationQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var http = context.HttpContext;
        var permit = await _permits.AcquireAsync(1, http.RequestAborted);
        http.Response.RegisterForDispose(permit);
        if (permit.IsAcquired)
        {
            await next();
            return;
        }

        context.Result = Problems.ToResult(http, Problems.Create(http, new Error(
            ErrorKind.RateLimited,
            $"{options.GenerationConcurrency} generations are running and {options.GenerationQueue} are waiting; no more are accepted now. Retry later.")));
    }

    public void Dispose() => _permits.Dispose();
}
