using CharacterRefs.Api.Http;
using CharacterRefs.Application.Generations.Generate;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Says of an invalid body that its idempotency key belongs to another request, before it says what is wrong with the body: what was recorded under the key
/// was valid, so this is another body.
/// </summary>
/// <param name="operation">As for <see cref="IdempotencyKeyHeader.Read"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReusedKeyAttribute(string operation) : Attribute, IAsyncActionFilter, IOrderedFilter
{
    /// <summary>Before the framework's own filter for invalid models, which has -2000.</summary>
    public int Order => -3000;

    /// <summary>The operation.</summary>
    public string Operation => operation;

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (!context.ModelState.IsValid
            && IdempotencyKeyHeader.Read(http, operation, new { }).Value?.Value is { } key
            && await http.RequestServices.GetRequiredService<GenerationStart>().FindAsync(key, http.RequestAborted) is { Error: { } error })
        {
            context.Result = ProblemBodies.ToResult(http, ProblemBodies.Create(http, error));
            return;
        }

        await next();
    }
}
