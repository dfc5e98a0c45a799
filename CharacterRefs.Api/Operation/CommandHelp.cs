using System.Reflection;

namespace CharacterRefs.Api.Operation;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class CommandHelp
{
    public const string Help = "--help";
    public const string ShortHelp = "-h";
    public const string Version = "--version";

    public const string Text =
        $"""
        CharacterRefs generates, stores and serves character reference images.

        Usage:
          CharacterRefs.Api            starts the service
          CharacterRefs.Api {ImportRun.Verb}     adds the images of the object store to the catalog, then exits
          CharacterRefs.Api {MigrateRun.Verb}    brings the schema of the catalog up to date, as each start does, then exits
          CharacterRefs.Api {CatalogRun.Verb} {CatalogRun.Copy} {CatalogRun.To} URL
                                       copies the catalog to a database of PostgreSQL, or to a file of SQLite, and compares both; no service may run
          CharacterRefs.Api {CatalogRun.Verb} {CatalogRun.BackUp} FILE
                                       writes a consistent copy of the catalog into a new file, also while the service runs
          CharacterRefs.Api {HealthProbe.Verb}     exits with 0 when the service on this machine is live, with 1 otherwise
          CharacterRefs.Api {Help}     prints this text ({ShortHelp} too); {Version} prints the version

        Settings are environment variables, or lines of a .env file in the working directory:
          API_HOST, API_PORT           where the service listens; default localhost, 8000
          API_KEY                      keys that clients must send as X-API-Key; unset: none is required
          REPLICATE_API_TOKEN          the token that generation with Replicate needs
          DATA_ROOT                    directory of the images and the catalog; default mv/outputs
        docs/configuration.md lists all of them with the allowed values.

        Exit codes:
          0 stopped in order   1 failed, or an import left images out   64 unknown command   75 stopped while images were being stored
          78 a setting is invalid, or something it names cannot be used; the message names it
        """;

    /// <summary>The version of the program, with the commit it was built from if that is known.</summary>
    public static string VersionText =>
        $"CharacterRefs {typeof(CommandHelp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";
}
