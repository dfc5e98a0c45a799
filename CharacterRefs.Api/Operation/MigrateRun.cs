namespace CharacterRefs.Api.Operation;

/// <summary>Brings the schema of the catalog up to date, for example before several nodes are started.</summary>
internal static class MigrateRun
{
    /// <summary>The command-line argument of this command.</summary>
    public const string Verb = "migrate";

    /// <summary>Runs the migration to its end.</summary>
    /// <param name="host">A host with the migration as its only hosted service.</param>
    /// <returns>The exit code 0; a catalog that cannot be migrated is an exception, as at the start of the service.</returns>
    public static async Task<int> RunAsync(IHost host)
    {
        await host.StartAsync();
        await Console.Out.WriteLineAsync("The schema of the catalog is up to date.");
        await host.StopAsync();
        return 0;
    }
}
