using Polly;
using Polly.Retry;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The retry rule of everything that may be repeated. A create is not among it: see <see cref="PredictionCreator"/>. Timeouts belong to the single
/// attempt (<see cref="Reply"/>).
/// </summary>
internal sealed class ReplicatePipelines(TimeProvider clock, ILogger<ReplicatePipelines> logger)
{
    private static readonly ResiliencePropertyKey<Deadline> s_deadlineKey = new("deadline");

    /// <summary>For everything that may be repeated: GET, cancel, upload, download.</summary>
    public ResiliencePipeline Read { get; } = Build("read", 4, clock, logger, args =>
        args.Outcome.Result is Attempt { IsTransient: true } attempt && FitsDeadline(attempt, args.Context));

    /// <summary>Runs the attempts of a call that has a deadline: a pause that would outlast it is not begun, so that the rejection is the result.</summary>
    /// <exception cref="OperationCanceledException">The deadline passed, or the caller gave up.</exception>
    public static async Task<T> RunAsync<T>(ResiliencePipeline pipeline, Func<ValueTask<T>> attempt, Deadline deadline)
        where T : Attempt
    {
        var context = ResilienceContextPool.Shared.Get(deadline.Token);
        try
        {
            context.Properties.Set(s_deadlineKey, deadline);
            return await pipeline.ExecuteAsync(_ => attempt(), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool FitsDeadline(Attempt attempt, ResilienceContext context) =>
        !context.Properties.TryGetValue(s_deadlineKey, out var deadline) || (attempt.RetryAfter ?? TimeSpan.Zero) < deadline.Remaining;

    private static ResiliencePipeline Build(
        string name, int retries, TimeProvider clock, ILogger logger, Func<RetryPredicateArguments<object>, bool> shouldHandle) =>
        new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retries,
                ShouldHandle = args => ValueTask.FromResult(shouldHandle(args)),
                // The delay that Replicate requests, already capped; null falls through to the exponential below.
                DelayGenerator = args => ValueTask.FromResult((args.Outcome.Result as Attempt)?.RetryAfter),
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(20),
                UseJitter = true,
                OnRetry = args =>
                {
                    logger.Retrying(name, (args.Outcome.Result as Attempt)?.Reason ?? "unknown", args.AttemptNumber + 1, args.RetryDelay.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
}
