using System.Threading.RateLimiting;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Bounds the generations at work at once. Comes after the validation of the request, so that what is not acceptable is refused without waiting for a
/// place; the place is kept until the answer is sent, because the answer holds the images.
/// </summary>
internal sealed class GenerationConcurrencyFilter(ApiOptions options) : IAsyncActionFilter, IDisposable
{
    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.GenerationConcurrency,
        QueueLimit = options.GenerationQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var http = context.HttpContext;
        var place = await _places.AcquireAsync(1, http.RequestAborted);
        http.Response.RegisterForDispose(place);
        if (place.IsAcquired)
        {
            await next();
            return;
        }

        context.Result = Problems.ToResult(http, Problems.Create(http, new Error(
            ErrorKind.RateLimited,
            $"{options.GenerationConcurrency} generations are at work and {options.GenerationQueue} wait; no more are taken at once.")));
    }

    public void Dispose() => _places.Dispose();
}
