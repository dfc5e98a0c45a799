using Amazon.Runtime;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// One HTTP client for the SDK. Time limits are per attempt (<see cref="S3Pipeline"/>): a limit of the client would cut long reads off, and the SDK does
/// not apply its own setting to a client that it is given.
/// </summary>
internal sealed class S3HttpClientFactory(S3StoreOptions options) : HttpClientFactory, IDisposable
{
    private const int MaxConnections = 64;

    private readonly HttpClient _http = new(new NoExpectHandler
    {
        InnerHandler = new ForeignETagHandler
        {
            InnerHandler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = options.ConnectTimeout,
                MaxConnectionsPerServer = MaxConnections,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            },
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _http.Dispose();
}
