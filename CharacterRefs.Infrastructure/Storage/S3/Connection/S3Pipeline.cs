using Amazon.Runtime;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The only place where requests to the store are retried; the SDK's own retries are off. From outside in: total timeout, retries with exponential backoff,
/// a circuit breaker that sees each attempt, and the attempt timeout. Each attempt creates its request, so it is signed with the current time and reads its
/// body from the start. The timeouts hold for each 16 MiB that a request sends or copies.
/// </summary>
internal sealed class S3Pipeline
{
    // Opens when two callers in a row meet an outage, and not when a random fifth of the attempts fails.
    private const int BreakerSample = 6;
    private const double BreakerRatio = 0.6;
    private const double BytesWithinLimits = 16 * 1024 * 1024;
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_samplingDuration = TimeSpan.FromSeconds(15);
    private static readonly ResiliencePropertyKey<double> s_limits = new("CharacterRefs.Limits");

    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ILogger _logger;
    private bool _isOutage;
    private volatile string? _lastFailure;

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
            ShouldHandle = args => ValueTask.FromResult(RecordFailure(args.Outcome.Exception)),
            FailureRatio = BreakerRatio,
            MinimumThroughput = BreakerSample,
            SamplingDuration = s_samplingDuration,
            BreakDuration = options.BreakDuration,
            StateProvider = _breaker,
            OnOpened = args =>
            {
                // It opens again after each trial while the store is down; one line says that.
                if (Interlocked.Exchange(ref _isOutage, true) is false)
                {
                    logger.CircuitOpened(Reason(args.Outcome.Exception), args.BreakDuration.TotalSeconds);
                }

                return ValueTask.CompletedTask;
            },
            OnClosed = _ =>
            {
                Volatile.Write(ref _isOutage, false);
                logger.CircuitClosed();
                return ValueTask.CompletedTask;
            },
        });
        _pipeline = builder.AddTimeout(Limit(options.AttemptTimeout)).Build();
    }

    /// <summary>Whether the circuit is open: no request is sent.</summary>
    public bool IsOpen => _breaker.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>Message of the last attempt when it failed transiently; <c>null</c> when the store responded.</summary>
    public string? LastFailure => _lastFailure;

    /// <summary>Runs one request. Expected responses about the object are thrown as the SDK's exceptions, see <see cref="S3Errors.IsExpected"/>.</summary>
    /// <exception cref="Application.Ports.Assets.AssetStoreUnavailableException">Every other failure of the store or the connection.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) => RunAsync(request, 0, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, Task{T}}, CancellationToken)"/>
    /// <param name="length">Bytes that it sends or copies; scales the timeouts.</param>
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
            throw S3Errors.CircuitOpen(error, _lastFailure);
        }
        catch (Exception error) when (S3Errors.Translate(error) is { } translated)
        {
            if (error is AmazonClientException && translated.InnerException == error)
            {
                // Its message says that the log has the cause, and callers log only the message.
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

    /// <summary>Sees the end of every attempt, also when the caller stops before the last one.</summary>
    /// <returns>Whether it counts as a failure of the store.</returns>
    private bool RecordFailure(Exception? error)
    {
        if (error is OperationCanceledException)
        {
            return false; // by the caller
        }

        var isFailure = error is not null && S3Errors.IsTransient(error);
        _lastFailure = isFailure ? Reason(error) : null;
        return isFailure;
    }

    private static string Reason(Exception? error) => error is null ? "unknown" : S3Errors.Translate(error)?.Message ?? error.GetType().Name;
}
