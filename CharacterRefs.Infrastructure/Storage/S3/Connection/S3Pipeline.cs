using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The one place where requests to the store are repeated; the SDK's own retries are off. From outside in: a limit for everything together, retries
/// with growing pauses, a circuit breaker that sees each attempt, and a limit for the attempt. The call is made anew for each attempt, so it is signed
/// with the current time and reads its body from the start. The limits are meant for 16 MiB; what sends or copies more has them for each 16 MiB of it.
/// </summary>
internal sealed class S3Pipeline
{
    // Few enough that two callers in a row who meet an outage open it, and no random fifth of failures does.
    private const int BreakerSample = 6;
    private const double BreakerRatio = 0.6;
    private const double BytesWithinLimits = 16 * 1024 * 1024;
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_samplingDuration = TimeSpan.FromSeconds(15);
    private static readonly ResiliencePropertyKey<double> s_limits = new("CharacterRefs.Limits");

    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ILogger _logger;
    private volatile string? _trouble;

    public S3Pipeline(S3StoreOptions options, TimeProvider clock, ILogger<S3Pipeline> logger)
    {
        _logger = logger;
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        builder.AddTimeout(Limit(options.TotalTimeout));
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } error && S3Errors.IsTransient(error)),
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.RetryDelay,
                MaxDelay = s_maxDelay,
                UseJitter = true,
                OnRetry = args =>
                {
                    logger.Retrying(Reason(args.Outcome.Exception), args.AttemptNumber + 1, args.RetryDelay.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
            });
        }

        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = args => ValueTask.FromResult(NoteTrouble(args.Outcome.Exception)),
            FailureRatio = BreakerRatio,
            MinimumThroughput = BreakerSample,
            SamplingDuration = s_samplingDuration,
            BreakDuration = options.BreakDuration,
            StateProvider = _breaker,
            OnOpened = args =>
            {
                logger.CircuitOpened(Reason(args.Outcome.Exception), args.BreakDuration.TotalSeconds);
                return ValueTask.CompletedTask;
            },
            OnClosed = _ =>
            {
                logger.CircuitClosed();
                return ValueTask.CompletedTask;
            },
        });
        _pipeline = builder.AddTimeout(Limit(options.AttemptTimeout)).Build();
    }

    /// <summary>Whether the store failed so often that it is left alone for the moment.</summary>
    public bool IsOpen => _breaker.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>Why the last attempt failed, in words, while it may pass; <c>null</c> when the store answered it.</summary>
    public string? Trouble => _trouble;

    /// <summary>Runs one request. Answers about the object come through as the SDK's exceptions, see <see cref="S3Errors.IsAnswer"/>.</summary>
    /// <exception cref="Application.Ports.Assets.AssetStoreUnavailableException">Everything else that the store, or the way to it, is to blame for.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) => RunAsync(request, 0, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, Task{T}}, CancellationToken)"/>
    /// <param name="request">The request.</param>
    /// <param name="length">How many bytes it sends, or has copied.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, long length, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_limits, Math.Max(1, Math.Ceiling(length / BytesWithinLimits)));
        try
        {
            return await _pipeline.ExecuteAsync(static async (context, call) => await call(context.CancellationToken), context, request);
        }
        catch (BrokenCircuitException error)
        {
            throw S3Errors.LeftAlone(error, _trouble);
        }
        catch (Exception error) when (S3Errors.Translate(error) is { } translated)
        {
            if (error is AmazonClientException && translated.InnerException == error)
            {
                // Its words say that the log has the cause, and whoever catches it logs only those.
                _logger.NotSent(error);
            }

            throw translated;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static TimeoutStrategyOptions Limit(TimeSpan each) => new()
    {
        TimeoutGenerator = args => ValueTask.FromResult(each * args.Context.Properties.GetValue(s_limits, 1)),
    };

    /// <summary>Sees the end of every attempt, those of a caller that gives up before the last one too.</summary>
    /// <returns>Whether it speaks against the store.</returns>
    private bool NoteTrouble(Exception? error)
    {
        if (error is OperationCanceledException)
        {
            return false; // the caller's doing
        }

        var isTrouble = error is not null && S3Errors.IsTransient(error);
        _trouble = isTrouble ? Reason(error) : null;
        return isTrouble;
    }

    private static string Reason(Exception? error) => error is null ? "unknown" : S3Errors.Translate(error)?.Message ?? error.GetType().Name;
}
