using CharacterRefs.Tests.Support.Nodes;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Webhooks;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>
/// Several services on one catalog and one bucket behind nginx, each a process with a directory of its own: a PostgreSQL that can be restarted, a store that
/// can be cut off, a stub of Replicate and a receiver of webhooks.
/// </summary>
internal sealed class NodesScene : IAsyncDisposable
{
    private readonly S3TestBucket _bucket;
    private readonly Nginx _nginx;

    private NodesScene(
        PostgresProcess postgres, S3TestBucket bucket, TcpRelay store, ReplicateStub stub, StubReceiver receiver, List<ServiceNode> nodes, Nginx nginx)
    {
        (Postgres, _bucket, Store, Stub) = (postgres, bucket, store, stub);
        (Receiver, Nodes, _nginx) = (receiver, nodes, nginx);
    }

    public PostgresProcess Postgres { get; }

    /// <summary>What the services reach the bucket through.</summary>
    public TcpRelay Store { get; }

    public ReplicateStub Stub { get; }

    public StubReceiver Receiver { get; }

    public IReadOnlyList<ServiceNode> Nodes { get; }

    /// <summary>Starts all, and waits until every service is ready.</summary>
    /// <param name="count">How many services.</param>
    /// <param name="settings">Variables of each of them.</param>
    public static async Task<NodesScene> SetUpAsync(int count, params (string Name, string Value)[] settings)
    {
        var bucket = await S3TestServer.CreateBucketAsync();
        var postgres = await PostgresProcess.StartAsync();
        var store = new TcpRelay(bucket.Options.Endpoint!);
        var stub = await ReplicateStub.StartAsync();
        var receiver = await StubReceiver.StartAsync();
        (string, string)[] variables =
        [
            .. bucket.Variables(store.Address), .. stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("IMAGE_GENERATOR", "replicate"),
            ("CATALOG", "postgres"), ("DATABASE_URL", postgres.ConnectionString), ("WEBHOOK_URLS", receiver.Url.OriginalString),
            ("WEBHOOK_SECRET", StubReceiver.Secret), ("WEBHOOK_ALLOW_PRIVATE", "true"), ("GENERATION_MIN_FREE_BYTES", "0"), .. settings,
        ];
        List<ServiceNode> nodes = [.. Enumerable.Range(1, count).Select(number => new ServiceNode($"node {number}", variables))];
        var scene = new NodesScene(postgres, bucket, store, stub, receiver, nodes, await Nginx.StartAsync(nodes.Select(node => node.Port)));
        try
        {
            nodes.ForEach(node => node.Start());
            await Task.WhenAll(nodes.Select(node => node.UntilReadyAsync()));
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of nginx.</summary>
    public HttpClient CreateClient() => _nginx.CreateClient();

    /// <summary>Keys of everything in the bucket but the marker of its owner.</summary>
    public Task<List<string>> BucketContentsAsync() => _bucket.ContentsAsync();

    /// <summary>Writes the log of each node to a file, for a test that failed.</summary>
    /// <returns>The directory of the files, which stays.</returns>
    public string SaveLogs()
    {
        var directory = Directory.CreateTempSubdirectory("character-refs-logs-").FullName;
        foreach (var node in Nodes)
        {
            File.WriteAllText(Path.Combine(directory, $"{node.Name}.log"), node.Log);
        }

        return directory;
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        await Receiver.DisposeAsync();
        await Stub.DisposeAsync();
        await Store.DisposeAsync();
        await Postgres.DisposeAsync();
        await _bucket.DisposeAsync();
    }
}
