namespace CharacterRefs.Application.Configuration;

/// <summary>Which database holds the catalog.</summary>
/// <param name="IsShared">
/// <c>CATALOG</c>: <c>false</c> for <c>sqlite</c> (the default), a file of one process; <c>true</c> for <c>postgres</c>, where several nodes share the catalog
/// and their work.
/// </param>
public sealed record CatalogSettings(bool IsShared)
{
    /// <summary>The value of <c>CATALOG</c> for a shared catalog.</summary>
    public const string Postgres = "postgres";

    /// <summary>Declares and reads the variable.</summary>
    public static CatalogSettings Read(Settings settings) =>
        new(settings.Choice("CATALOG", "sqlite", new Dictionary<string, bool> { ["sqlite"] = false, [Postgres] = true }));
}
