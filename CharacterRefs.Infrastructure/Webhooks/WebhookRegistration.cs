using CharacterRefs.Application.Webhooks;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>Registers the sender when there is a receiver.</summary>
internal static class WebhookRegistration
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookSettings settings)
    {
        if (settings.Urls.Count == 0)
        {
            return services;
        }

        services.AddHttpClient<WebhookClient>(http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.UserAgent.ParseAdd("CharacterRefs/1.0");
            })
            .ConfigurePrimaryHttpMessageHandler(() => CreateHandler(settings))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // the handler renews its connections itself
            .RemoveAllLoggers(); // they would log the URLs
        services.AddSingleton<WebhookMeter>();
        services.AddHostedService<WebhookSender>();
        return services;
    }

    /// <summary>Separate connections: addresses are checked, without cookies, proxies and redirects; at most the start of a response body is read.</summary>
    public static SocketsHttpHandler CreateHandler(WebhookSettings settings) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = s_connectTimeout,
        ConnectCallback = settings.AllowPrivate ? null : PublicConnection.ConnectAsync,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 4096,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
