using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations;

/// <summary>Errors about generations.</summary>
public static class GenerationErrors
{
    /// <summary>No generation has this id.</summary>
    public static Error NotFound(GenerationId id) => new(ErrorKind.NotFound, $"Generation with ID {id} not found");

    /// <summary>It cannot be retried before it ends.</summary>
    public static Error StillRuns(GenerationId id) => new(ErrorKind.Conflict, $"Generation {id} is still running; cancel it or wait until it ends.");

    /// <summary>The key of a request was used with another body.</summary>
    public static Error KeyReused { get; } = new(
        ErrorKind.IdempotencyKeyReused, "This Idempotency-Key belongs to a request with another body; use a new key for a new request.");

    /// <summary>The operator does not allow the model, or no longer.</summary>
    public static Error ModelNotAllowed(string model, IReadOnlyList<string> allowed) =>
        Error.Invalid("model", $"The model \"{model}\" is not allowed here; allowed: {string.Join(", ", allowed)}.");

    /// <summary>No place is left, neither to run nor to wait.</summary>
    /// <param name="running">Generations that may run at once.</param>
    /// <param name="waiting">Generations that may wait.</param>
    public static Error Full(int running, int waiting) => new(
        ErrorKind.RateLimited, $"{running} generations run and {waiting} wait (GENERATION_CONCURRENCY, GENERATION_QUEUE); no more are accepted now.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    /// <summary>The day's budget would be exceeded.</summary>
    /// <param name="cost">Of the request, in USD.</param>
    /// <param name="spent">Of today's generations, in USD.</param>
    /// <param name="budget">Of a day, in USD.</param>
    public static Error OverBudget(decimal cost, decimal spent, decimal budget) => new(
        ErrorKind.BudgetExceeded,
        $"The request may cost {Usd(cost)} USD. Today's generations cost {Usd(spent)} USD of {Usd(budget)} USD (BUDGET_USD_PER_DAY); nothing was paid.");

    /// <summary>Webhooks of the provider are off.</summary>
    public static Error HooksAreOff { get; } = new(ErrorKind.NotFound, "PUBLIC_BASE_URL is not configured, so no webhooks are accepted.");

    /// <summary>A webhook that is not the provider's, or an old one.</summary>
    public static Error HookIsForged { get; } =
        new(ErrorKind.Unauthorized, "The webhook's signature is invalid, or its timestamp is more than five minutes off.");

    /// <summary>A client has as many event streams open as it may.</summary>
    /// <param name="most">How many it may have.</param>
    public static Error TooManyStreams(int most) => new(
        ErrorKind.RateLimited, $"This client has {most} event streams open, and {most} are allowed (EVENT_STREAMS_PER_CLIENT); close one, or poll.");

    /// <summary>An amount as messages show it.</summary>
    internal static string Usd(decimal amount) => amount.ToString("0.######", CultureInfo.InvariantCulture);
}
