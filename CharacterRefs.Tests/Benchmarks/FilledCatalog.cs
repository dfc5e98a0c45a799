using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>Fills a catalog with images of generations, by statements that both databases understand.</summary>
internal static class FilledCatalog
{
    /// <summary>Half of the images have it.</summary>
    public const string FrequentWord = "robot";

    /// <summary>Twenty images have it, whatever the number of images.</summary>
    public const string RareWord = "quetzal";

    /// <summary>No image has it, though its trigrams are in many.</summary>
    public const string NoWord = "botrobot";

    /// <summary>A hundred images are linked to it.</summary>
    public const string Job = "video-1";

    private static readonly string[] s_words =
    [
        "silver", "metallic", "humanoid", "knight", "red", "shield", "lantern", "cape", "golden", "armour", "wizard", "staff", "forest", "dragon", "scales",
        "helmet", "pirate", "captain", "ocean", "castle", "winter", "summer", "garden", "violin", "dancer", "engineer", "goggles", "leather", "boots", "scarf",
        "green", "eyes",
    ];

    /// <param name="catalog">Empty.</param>
    /// <param name="kind">Its engine.</param>
    /// <param name="count">Images: nine of ten generated, the other ones uploaded, and twenty adopted.</param>
    public static async Task FillAsync(TestCatalog catalog, CatalogKind kind, int count)
    {
        await using var context = await catalog.Contexts.CreateDbContextAsync();
        context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        var isPostgres = kind is CatalogKind.Postgres;
        var (space, every) = (SearchKey.Of(" "), count / 20);
        var words = string.Join(", ", s_words.Select((word, k) => $"({k}, '{word}')"));
        string Id(string prefix, string number) => isPostgres
            ? $"CAST('{prefix}-0000-7000-8000-' || lpad(CAST({number} AS text), 12, '0') AS uuid)"
            : $"'{prefix}-0000-7000-8000-' || printf('%012d', {number})";

        string Word(string multiplier, string separator) => $"(SELECT word FROM words WHERE k = (n.i * {multiplier} / 32) % 32) || '{separator}'";
        string Text(string separator) => $"""
            CASE WHEN n.i % 2 = 0 THEN '{FrequentWord}{separator}' ELSE '' END || CASE WHEN n.i % {every} = 0 THEN '{RareWord}{separator}' ELSE '' END
            || {string.Join(" || ", new[] { "7919", "104729", "1299709", "15485863", "32452843", "49979687" }.Select(factor => Word(factor, separator)))}
            """;

        // A gap of a second between two images; the newest is of 2026.
        string Time(string number) => $"1790000000000000 - ({count} - {number}) * 1000000";
        var numbers = $"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {count})";
        string[] statements =
        [
            "CREATE TEMPORARY TABLE words (k bigint PRIMARY KEY, word text)",
            $"INSERT INTO words VALUES {words}",
            $"""
            {numbers} INSERT INTO generations ("Id", "Description", "Prompt", "Model", "Flavor", "ReferenceImageIds", "ParametersUsed", "ParametersDropped",
                "CreatedAt", "Revision", "Status")
            SELECT {Id("0192D3C4", "n.i")}, {Text(" ")}, 'Character reference image of it. One character, full body, on a plain background', 'owner/model',
                'default', '[]', '{"{}"}', '[]', {Time("n.i")}, 3, 'Succeeded' FROM n WHERE n.i % 4 = 0
            """,
            $"""
            {numbers} INSERT INTO generation_slots ("Key", "GenerationId", "Index", "ImageId", "Seed", "State", "ExtraOutputs", "IsPaidLoss", "RateLimitWait")
            SELECT n.i, {Id("0192D3C4", "n.i / 4 * 4")}, n.i % 4, {Id("0192D3C5", "n.i")}, 7, 'Succeeded', 0, FALSE, 0 FROM n WHERE n.i >= 4
            """,
            $"""
            {numbers} INSERT INTO "references" ("Sequence", "Id", "Origin", "Format", "Width", "Height", "SizeBytes", "Sha256", "CreatedAt", "Favorite",
                "Rating", "StoreAttempts", "Tags", "SlotKey", "SearchKey")
            SELECT n.i, {Id("0192D3C5", "n.i")}, CASE WHEN n.i % {every} = 1 THEN 'Adopted' WHEN n.i % 10 = 0 THEN 'Uploaded' ELSE 'Generated' END, 'png', 1024,
                1024, 70242, '{new string('0', 52)}' || {(isPostgres ? "lpad(CAST(n.i AS text), 12, '0')" : "printf('%012d', n.i)")}, {Time("n.i")},
                n.i % {every} = 2, 0, 0, '{(isPostgres ? "{}" : "[]")}', CASE WHEN n.i < 4 OR n.i % 10 = 0 THEN NULL ELSE n.i END, {Text(space)}
            FROM n
            """,
            $"""
            {numbers} INSERT INTO reference_tags ("Tag", "CreatedAt", "ReferenceKey")
            SELECT 'hero', {Time("n.i")}, n.i FROM n WHERE n.i % {every} = 3
            """,
            $"""
            {numbers} INSERT INTO job_references ("JobId", "ReferenceKey", "Position")
            SELECT CASE WHEN n.i % {every / 5} = 4 THEN '{Job}' ELSE 'other-' || CAST(n.i / 50 AS text) END, n.i, n.i FROM n WHERE n.i % 5 = 4
            """,
            "DROP TABLE words",
        ];
        await context.Database.OpenConnectionAsync(); // of the temporary table
        foreach (var statement in statements)
        {
            await context.Database.ExecuteSqlRawAsync(
                statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }

        if (isPostgres)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                SELECT setval(pg_get_serial_sequence('"references"', 'Sequence'), {count}), setval(pg_get_serial_sequence('generation_slots', 'Key'), {count})
                """);
            await context.Database.ExecuteSqlRawAsync("VACUUM ANALYZE"); // as the server does by itself some time after
        }
    }
}
