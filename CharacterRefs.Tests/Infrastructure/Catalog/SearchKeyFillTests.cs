using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class SearchKeyFillTests(CatalogKind kind)
{
    private const int Count = 2500; // more than two rounds

    private string Before => kind is CatalogKind.Sqlite ? "IndexContent" : "CreateCatalog";

    [Test]
    public async Task StartAsync_WhenRowsAreFromBefore_FindsAllOfThem()
    {
        await using var catalog = await TestCatalog.OpenAsync(kind, AddEarlierRowsAsync);

        await AssertAllIsFoundAsync(catalog);
    }

    [Test]
    public async Task StartAsync_WhenAnEarlierOneWasStopped_FillsTheOthers()
    {
        await using var catalog = await TestCatalog.OpenAsync(kind, async context =>
        {
            await AddEarlierRowsAsync(context);
            await context.GetService<IMigrator>().MigrateAsync("AddSearchKey");
            await context.Database.ExecuteSqlRawAsync(
                """
                UPDATE "references" SET "SearchKey" = 'afewrobots' WHERE "Sequence" <= 100;
                INSERT INTO reference_tags ("Tag", "CreatedAt", "ReferenceKey") SELECT 'hero', "CreatedAt", "Sequence" FROM "references" WHERE "Sequence" <= 100
                """);
        });

        await AssertAllIsFoundAsync(catalog);
    }

    private static async Task AssertAllIsFoundAsync(TestCatalog catalog)
    {
        foreach (var (filter, expected) in new[]
        {
            (new ReferenceFilter("RÄUBER", null), 1), (new ReferenceFilter("robot", null), Count), (new ReferenceFilter(null, null) { Tag = "hero" }, Count),
        })
        {
            Assert.That(await CountAsync(filter), Is.EqualTo(expected), $"{filter}");
        }

        async Task<int> CountAsync(ReferenceFilter filter)
        {
            var (count, page) = (0, new ReferencePage<CharacterRefs.Domain.References.CharacterReference>([], null));
            do
            {
                page = await catalog.References.ListAsync(filter, page.Next, 500, CancellationToken.None);
                count += page.Items.Count;
            }
            while (page.Next is not null);

            return count;
        }
    }

    /// <summary>Images with a note and a tag, and one with a description whose accents are characters of their own.</summary>
    private async Task AddEarlierRowsAsync(CatalogDbContext context)
    {
        await context.GetService<IMigrator>().MigrateAsync(Before);
        var (tags, noTags) = kind is CatalogKind.Sqlite ? ("[\"hero\"]", "[]") : ("{hero}", "{}");
        var sql =
            $"""
            INSERT INTO generations ("Id", "Description", "DescriptionFolded", "Prompt", "Model", "Flavor", "ReferenceImageIds", "ParametersUsed",
                "ParametersDropped", "CreatedAt", "Revision", "Status")
            VALUES ('0192D3C4-0000-7000-8000-000000000000', 'Ra{'\u0308'}uber', 'ra{'\u0308'}uber', 'p', 'm', 'default', '[]',
                '{"{}"}', '[]', 1, 1, 'Succeeded');
            INSERT INTO generation_slots ("Key", "GenerationId", "Index", "ImageId", "State", "ExtraOutputs", "IsPaidLoss", "RateLimitWait")
            VALUES (1, '0192D3C4-0000-7000-8000-000000000000', 0, '0192D3C4-1111-7000-8000-000000009999', 'Succeeded', 0, FALSE, 0);
            """ + string.Concat(Enumerable.Range(1, Count + 1).Select(i =>
            $"""
            INSERT INTO "references" ("Sequence", "Id", "Origin", "Format", "Width", "Height", "SizeBytes", "Sha256", "CreatedAt", "Favorite", "Rating",
                "StoreAttempts", "Tags", "Note", "SlotKey")
            VALUES ({i}, '0192D3C4-1111-7000-8000-00000000{i:D4}', 'Uploaded', 'png', 1, 1, 1, '{new string('0', 64)}', {i}, FALSE, 0,
                0, {(i <= Count ? $"'{tags}', 'a few robots', NULL" : $"'{noTags}', NULL, 1")});
            """));
        await context.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }
}
