using System.Collections.Concurrent;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// All connections to one database, under names of ours. The driver labels its metrics with the name of the pool, which by default is the connection string
/// without <c>Password</c>: host, user, database and the password of a client certificate.
/// </summary>
internal sealed class PostgresSource : IDisposable
{
    private readonly string _connectionString;
    private readonly ConcurrentBag<NpgsqlDataSource> _opened = [];

    /// <param name="connectionString">From <see cref="DatabaseUrl.Parse"/>.</param>
    public PostgresSource(string connectionString)
    {
        _connectionString = connectionString;
        Pool = Open("catalog", _ => { });
    }

    /// <summary>The pool of all requests and workers.</summary>
    public NpgsqlDataSource Pool { get; }

    /// <summary>Opens a source of connections that are closed instead of returned to a pool. It ends with this object.</summary>
    /// <param name="name">What metrics call it; each name once.</param>
    /// <param name="keepAlive">Seconds after which a connection that gives no sign is tested; <c>null</c> = as the connection string says.</param>
    public NpgsqlDataSource OpenUnpooled(string name, int? keepAlive = null) => Open(name, own =>
    {
        own.Pooling = false;
        own.KeepAlive = keepAlive ?? own.KeepAlive;
    });

    public void Dispose()
    {
        foreach (var source in _opened)
        {
            source.Dispose();
        }
    }

    private NpgsqlDataSource Open(string name, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var builder = new NpgsqlDataSourceBuilder(_connectionString) { Name = name };
        var own = builder.ConnectionStringBuilder;
        configure(own);
        if (own.Host?.Contains(',', StringComparison.Ordinal) is not true)
        {
            var source = builder.Build();
            _opened.Add(source);
            return source;
        }

        // A source of several hosts gives out one for the kind of server, instead of reading it from the connection string.
        var kind = Enum.Parse<TargetSessionAttributes>((own.TargetSessionAttributes ?? "any").Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        own.TargetSessionAttributes = null;
        var hosts = builder.BuildMultiHost();
        _opened.Add(hosts);
        return hosts.WithTargetSession(kind);
    }
}
