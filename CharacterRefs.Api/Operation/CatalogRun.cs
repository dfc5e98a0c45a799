using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Api.Operation;

/// <summary>Copies the catalog: to another database, or into a file as a backup.</summary>
internal static class CatalogRun
{
    /// <summary>The first command-line argument of both commands.</summary>
    public const string Verb = "catalog";

    public const string Copy = "copy";
    public const string To = "--to";
    public const string BackUp = "backup";

    /// <summary>Copies the catalog to another database.</summary>
    /// <param name="host">A host that keeps services away and migrates the catalog.</param>
    /// <param name="target">A URL of PostgreSQL, which is not printed, or a path.</param>
    /// <returns>The exit code: 0 when both are the same, otherwise 1.</returns>
    public static async Task<int> CopyAsync(IHost host, string target)
    {
        await host.StartAsync();
        var stop = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var tables = await host.Services.GetRequiredService<ICatalogTransfer>().CopyAsync(target, stop);
        foreach (var table in tables)
        {
            var (verdict, source, copy) = (table.IsSame ? "same" : "DIFFERS", table.Source, table.Target);
            await Console.Out.WriteLineAsync($"{verdict} {table.Name}: {source.Rows} rows, {copy.Rows} in the copy, SHA-256 {copy.Digest}");
        }

        await host.StopAsync();
        var isSame = tables.All(table => table.IsSame);
        await Console.Out.WriteLineAsync(isSame
            ? "The copy is complete."
            : "The copy differs: something changed the catalog or the copy. Stop all services, empty the target and copy again.");
        return isSame ? 0 : 1;
    }

    /// <summary>Writes a backup.</summary>
    /// <param name="host">A host without hosted services: others may use the catalog.</param>
    /// <param name="path">A file that does not exist.</param>
    /// <returns>The exit code 0; what cannot be written is an exception.</returns>
    public static async Task<int> BackUpAsync(IHost host, string path)
    {
        await host.StartAsync();
        var stop = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await host.Services.GetRequiredService<ICatalogTransfer>().BackUpAsync(path, stop);
        await Console.Out.WriteLineAsync($"The catalog is in {path}.");
        await host.StopAsync();
        return 0;
    }
}
