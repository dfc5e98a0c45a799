using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[Category("Integration")]
internal sealed class BacklogQueriesTests
{
    [Test]
    public async Task Queries_WhenPlanned_ReadByAnIndex()
    {
        await using var catalog = await TestCatalog.OpenAsync();
        using var collected = new CountedEvents(catalog.Meters);
        collected.Collect();
        var queries = catalog.Commands.OnRows.TakeLast(6).ToList();
        await using var context = await catalog.Contexts.CreateDbContextAsync();
        await context.Database.OpenConnectionAsync();

        foreach (var query in queries)
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + Regex.Replace(query, @"@\w+", "'x'");
            await using var reader = await command.ExecuteReaderAsync();
            var plan = new List<string>();
            while (await reader.ReadAsync())
            {
                plan.Add(reader.GetString(3));
            }

            plan.RemoveAll(step => step.Contains("VIRTUAL TABLE", StringComparison.Ordinal)); // the values of a parameter

            Assert.That(plan, Has.Some.Contains("USING").And.Contains("INDEX"), query);
            Assert.That(plan, Has.None.StartsWith("SCAN g").And.None.StartsWith("SCAN r").And.None.StartsWith("SCAN w"), query);
        }
    }
}
