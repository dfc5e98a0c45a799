using System.Diagnostics;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Records a generation under its idempotency key and its budget, and starts it.</summary>
public sealed class GenerationStart(
    IGenerationLedger ledger, GenerationRunner runner, GenerationFeed feed, ImageKeeper keeper, GenerationSettings settings)
{
    private const string MaxCost = "max_cost_usd";

    /// <summary>The generation that was started with this key before, or that the key belongs to another request; <c>null</c> when the key is free.</summary>
    public async Task<Result<StartedGeneration>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken) =>
        await ledger.FindByKeyAsync(key.Owner, key.Key, cancellationToken) is not { } found ? null
        : found.RequestHash == key.RequestHash ? new StartedGeneration(found.Generation, IsReplay: true)
        : (Result<StartedGeneration>)GenerationErrors.KeyReused;

    /// <summary>What keeps any generation from starting now; <c>null</c> when nothing does.</summary>
    public Error? FindObstacle()
    {
        if (runner.IsStopping)
        {
            return new Error(ErrorKind.StorageUnavailable, "The service is stopping; send the request again.");
        }

        if (runner.IsFull)
        {
            return GenerationErrors.Full(settings.Concurrency, settings.QueueLimit);
        }

        return keeper.HasRoom(settings.MinFreeBytes) ? null : new Error(
            ErrorKind.StorageUnavailable,
            $"The disk has less than {settings.MinFreeBytes} bytes free (GENERATION_MIN_FREE_BYTES) besides the room for images on their way; "
            + "nothing was paid.");
    }

    /// <summary>Records and starts it.</summary>
    /// <param name="generation">All slots queued.</param>
    /// <param name="key">Its idempotency key; <c>null</c> = none.</param>
    /// <param name="maxCostUsd">Most that it may cost; <c>null</c> = no bound of its own.</param>
    /// <param name="cancellationToken">Stops before it is recorded.</param>
    public async Task<Result<StartedGeneration>> BeginAsync(
        Generation generation, IdempotencyKey? key, decimal? maxCostUsd, CancellationToken cancellationToken)
    {
        if (FindCostObstacle(generation, maxCostUsd) is { } tooExpensive)
        {
            return tooExpensive;
        }

        // From here on whoever leaves cancels nothing: a row that is half recorded would only be an error in the log.
        cancellationToken.ThrowIfCancellationRequested();
        var accepted = generation with { NodeId = runner.NextNodeId, TraceParent = Activity.Current is { Recorded: true } request ? request.Id : null };
        var beginning = await ledger.BeginAsync(accepted, key, settings.DailyBudgetUsd, CancellationToken.None);
        switch (beginning.Outcome)
        {
            case BeginOutcome.Begun:
                feed.Publish(beginning.Generation!);
                runner.Start(beginning.Generation!);
                return new StartedGeneration(beginning.Generation!, IsReplay: false);
            case BeginOutcome.KeyExists:
                return await FindAsync(key!, cancellationToken) ?? new Error(
                    ErrorKind.Conflict, "A request with this Idempotency-Key has just ended; send the request again.")
                { RetryAfter = TimeSpan.FromSeconds(1) };
            default:
                return GenerationErrors.OverBudget(generation.CostEstimate ?? 0, beginning.SpentToday, settings.DailyBudgetUsd ?? 0);
        }
    }

    private Error? FindCostObstacle(Generation generation, decimal? maxCostUsd)
    {
        var limit = maxCostUsd is not null ? MaxCost : settings.DailyBudgetUsd is not null ? "BUDGET_USD_PER_DAY" : null;
        if (limit is null)
        {
            return null;
        }

        var field = maxCostUsd is not null ? MaxCost : null;
        if (generation.CostEstimate is not { } cost)
        {
            return new Error(
                ErrorKind.BudgetExceeded,
                $"MODEL_PRICES has no price for {generation.Model}, so {limit} cannot be checked; nothing was paid. Add the price, or remove the limit.")
            { Field = field };
        }

        return cost > maxCostUsd
            ? new Error(ErrorKind.BudgetExceeded,
                $"The request may cost {GenerationErrors.Usd(cost)} USD, more than max_cost_usd, {GenerationErrors.Usd(maxCostUsd ?? 0)}; nothing was paid.")
            { Field = field }
            : null;
    }
}
