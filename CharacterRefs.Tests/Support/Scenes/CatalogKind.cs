namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The database of a <see cref="TestCatalog"/>. The tests of the catalog's ports run once with each.</summary>
internal enum CatalogKind
{
    /// <summary>A file in a temporary directory.</summary>
    Sqlite,

    /// <summary>A database of its own on the server of <c>eng/start-postgres</c>; without it, the test is ignored.</summary>
    Postgres,
}
