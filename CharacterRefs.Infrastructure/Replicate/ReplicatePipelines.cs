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

    /// <summary>For everything that may be repeated: GET, cancel, upload.</summary>
    public ResiliencePipeline<Reply> Read { get; } = new ResiliencePipelineBuilder<Reply> { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions<Reply>
        {
            MaxRetryAttempts = 4,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { IsTransient: true } reply && FitsDeadline(reply, args.Context)),
            // The delay that Replicate requests, already capped; null falls through to the exponential below.
            DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter),
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(20),
            UseJitter = true,
            OnRetry = args =>
            {
                logger.Retrying("read", args.Outcome.Result?.Reason ?? "unknown", args.AttemptNumber + 1, args.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>Runs the attempts of a call that has a deadline: a pause that would outlast it is not begun, so that the rejection is the result.</summary>
    /// <exception cref="OperationCanceledException">The deadline passed, or the caller gave up.</exception>
    public async Task<Reply> ReadAsync(Func<ValueTask<Reply>> attempt, Deadline deadline)
    {
        var context = ResilienceContextPool.Shared.Get(deadline.Token);
        try
        {
            context.Properties.Set(s_deadlineKey, deadline);
            return await Read.ExecuteAsync(_ => attempt(), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool FitsDeadline(Reply reply, ResilienceContext context) =>
        !context.Properties.TryGetValue(s_deadlineKey, out var deadline) || (reply.RetryAfter ?? TimeSpan.Zero) < deadline.Remaining;
}
