using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>
/// Services on one real PostgreSQL and one bucket of a real S3 server, each a process with a data directory of its own, as on machines of their own. The port
/// of the bucket can be closed.
/// </summary>
internal sealed class SharedCatalogScene : IAsyncDisposable
{
    private readonly List<TempDirectory> _roots = [];

    private SharedCatalogScene(string database, S3TestBucket bucket)
    {
        (Database, Bucket) = (database, bucket);
        Store = new TcpRelay(bucket.Options.Endpoint!);
    }

    /// <summary>The connection string.</summary>
    public string Database { get; }

    public S3TestBucket Bucket { get; }

    /// <summary>The port of the bucket.</summary>
    public TcpRelay Store { get; }

    public static async Task<SharedCatalogScene> SetUpAsync()
    {
        var database = await PostgresTestServer.CreateEmptyAsync();
        try
        {
            return new SharedCatalogScene(database, await S3TestServer.CreateBucketAsync());
        }
        catch
        {
            await PostgresTestServer.DropAsync(database);
            throw;
        }
    }

    /// <summary>A data directory of one node.</summary>
    public string NewRoot()
    {
        var root = new TempDirectory();
        _roots.Add(root);
        return root.FullPath;
    }

    /// <summary>Starts a service in its data directory.</summary>
    public ApiProcess Start(string root, params (string Name, string Value)[] settings) => ApiProcess.Start(root, [.. VariablesOf(root), .. settings]);

    /// <summary>The variables of a service on the catalog and the bucket.</summary>
    public (string Name, string Value)[] VariablesOf(string root) =>
    [
        .. Bucket.Variables(Store.Address),
        ("DATA_ROOT", Path.Join(root, "outputs")),
        ("JOBS_ROOT", Path.Join(root, "jobs")),
        ("CATALOG", "postgres"),
        ("DATABASE_URL", Database),
    ];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Bucket.DisposeAsync();
        await PostgresTestServer.DropAsync(Database);
        _roots.ForEach(root => root.Dispose());
    }
}
