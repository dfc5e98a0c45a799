using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>Reads <c>DATABASE_URL</c>.</summary>
internal static class DatabaseUrl
{
    private const string ApplicationName = "CharacterRefs";

    /// <summary>Converts a URL, or a string of keys and values, to the connection string of the driver.</summary>
    /// <param name="value">
    /// <c>postgres://user:password@host:port/database?sslmode=require</c>, or <c>Host=…;Database=…;Username=…;Password=…</c>. Host and database are required.
    /// </param>
    /// <returns><c>null</c> when it is neither, or names a key that the driver does not know.</returns>
    public static string? Parse(string value)
    {
        try
        {
            var builder = value.StartsWith("postgres://", StringComparison.Ordinal) || value.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUrl(new Uri(value))
                : new NpgsqlConnectionStringBuilder(value);
            builder.ApplicationName ??= ApplicationName;
            return builder is { Host.Length: > 0, Database.Length: > 0 } ? builder.ConnectionString : null;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            return null;
        }
    }

    /// <summary>Names a database for people, without its password.</summary>
    /// <param name="connectionString">From <see cref="Parse"/>.</param>
    public static string NameOf(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{(builder.Username is { Length: > 0 } user ? $"{user}@" : "")}{builder.Host}:{builder.Port}/{builder.Database}";
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.IdnHost.Trim('[', ']'),
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        if (url.Port > 0)
        {
            builder.Port = url.Port;
        }

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var key = Uri.UnescapeDataString(parts[0]);
            builder[KeyOf(key)] = parts.Length > 1 ? ValueOf(key, Uri.UnescapeDataString(parts[1])) : throw new FormatException();
        }

        return builder;
    }

    // The names that libpq gives to what the driver calls otherwise.
    private static string KeyOf(string key) => key switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "target_session_attrs" => "Target Session Attributes",
        "options" => "Options",
        _ => key,
    };

    private static string ValueOf(string key, string value) =>
        key is "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
}
