using CharacterRefs.Infrastructure.Files;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Registers the adapter of Replicate.</summary>
internal static class ReplicateRegistration
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers the generator as a singleton: its rate limiter, its model cards and its routes are shared by all requests.</summary>
    public static IServiceCollection AddReplicate(this IServiceCollection services, ReplicateOptions options, DataRootOptions dataRoot)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ReplicateErrors>();
        services.AddSingleton<ReplicatePipelines>();
        services.AddSingleton<CreateLimiter>();
        services.AddSingleton<IRateLimit>(provider => provider.GetRequiredService<CreateLimiter>());
        services.AddSingleton<ModelCardCache>();
        services.AddSingleton<PredictionCreator>();
        services.AddSingleton<PredictionSubmitter>();
        services.AddSingleton<PredictionWatcher>();
        services.AddSingleton<FollowedPredictions>();
        services.AddSingleton<SubmissionSearch>();
        services.AddSingleton<ReferenceUrls>();
        services.AddSingleton(dataRoot);
        services.AddSingleton<PartialOutputStore>();
        services.AddHostedService<PartialSweep>();
        services.AddSingleton<IPredictionHook, ReplicateHook>();
        services.AddSingleton<IImageGenerator, ReplicateGenerator>();
        services.AddHttpClient<ReplicateClient>(http =>
        {
            http.BaseAddress = options.BaseUrl;
            http.DefaultRequestHeaders.Authorization = options.Authorization();

            // An image may be part of the response, in base64.
            http.MaxResponseContentBufferSize = Math.Min(int.MaxValue, (options.MaxOutputBytes * 2) + 1_048_576);
        }).Harden();
        services.AddHttpClient<OutputDownloader>().Harden();
        return services;
    }

    /// <summary>Shares the rate limit and the webhooks of Replicate with the other nodes on the catalog. Call it after <see cref="AddReplicate"/>.</summary>
    public static IServiceCollection ShareReplicate(this IServiceCollection services)
    {
        services.AddSingleton<SharedCreateLimiter>();
        services.Replace(ServiceDescriptor.Singleton<CreateLimiter>(provider => provider.GetRequiredService<SharedCreateLimiter>()));
        services.AddSingleton<ISignalReceiver>(provider => provider.GetRequiredService<SharedCreateLimiter>());
        services.AddSingleton<ISignalReceiver>(provider => provider.GetRequiredService<FollowedPredictions>());
        return services;
    }

    /// <summary>
    /// Settings of both clients: timeouts per attempt instead of one over all retries, no redirects (they could lead anywhere), connections that
    /// follow DNS, and none of the factory's own logging, which would write output URLs.
    /// </summary>
    private static IHttpClientBuilder Harden(this IHttpClientBuilder builder) => builder
        .ConfigureHttpClient(http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;
            http.DefaultRequestHeaders.UserAgent.ParseAdd("CharacterRefs/1.0");
        })
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = s_connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        })
        // The clients live in singletons; the handler renews its connections itself.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers();
}
