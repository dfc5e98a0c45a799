using System.Text.RegularExpressions;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Domain.Texts;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed partial class SearchTests(CatalogKind kind)
{
    private static readonly ReferenceFilter s_everything = new(null, null);

    private static readonly string[] s_hostile =
    [
        "100% iron", "100 iron", "red_cape", "redXcape", "it's \"quoted\"", "back\\slash", "a'; DROP TABLE \"references\"; --", "AND OR NOT NEAR(robot)",
        "rob* ^ot col:umn", "{[(<?!...>)]}", "%_%", "***", "---", "   x   ", "line\nbreak\ttab", "猫とロボット", "机器人", "機械 人", "가나다",
        "👩‍🚀 astronaut 🤖🤖🤖", "🦸🏽",
        "Der RÄUBER Hotzenplotz", "Ra\u0308uber", "STRASSE Straße", "ЖУК жук", "İstanbul ıI", "zalgo a\u0301\u0328\u0301", "robot", "robots", "Robotrobot",
        "obotro", "aaaa", "aaab", "baaa", "x", "42", "A4z", "NZN AMAM", "\uFFFD", "ﬁn ﬀ", "e\u0301e\u0301e\u0301", "ééé",
    ];

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() => _catalog = await TestCatalog.OpenAsync(kind);

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task ReadAsync_WhenTextsAreHostile_FindsWhatContainsThemAndNothingElse()
    {
        var notes = await AddAsync(s_hostile);
        var queries = s_hostile.Concat(s_hostile.SelectMany(Parts)).Distinct().ToList();

        foreach (var query in queries)
        {
            await AssertFoundAsync(notes, query, limit: 7);
        }
    }

    [Test]
    public async Task ReadAsync_WhenTextsAreRandom_FindsWhatAScanFinds()
    {
        var random = new Random(11);
        var words = new[] { "red", "robot", "rob", "ot", "猫", "ロボ", "🤖", "%", "_", "'", "é", "e\u0301", "AB", "ab", "n", "\n" };
        var notes = await AddAsync(Enumerable.Range(0, 300).Select(_ => Text(random.Next(1, 9))));

        for (var round = 0; round < 150; round++)
        {
            await AssertFoundAsync(notes, Text(random.Next(1, 4)), random.Next(1, 30));
        }

        string Text(int length) => string.Concat(random.GetItems(words, length)).Trim() is { Length: > 0 } text ? text : "z";
    }

    [Test]
    public async Task ReadAsync_WhenRowsComeAndGoBetweenPages_ShowsTheOthersOnce([Values("robot", "ro", "🤖")] string query)
    {
        var notes = await AddAsync(Enumerable.Range(0, 40).Select(i => $"robot 🤖 {i}"));
        var expected = notes.Keys.ToList();
        var seen = new List<CharacterReferenceId>();
        ReferenceCursor? after = null;

        do
        {
            var page = await ReadAsync(new ReferenceFilter(query, null), after, 3);
            seen.AddRange(page.Items.Select(item => item.Id));
            after = page.Next;
            await AddAsync(["robot 🤖 new"], first: 1000);
            if (expected.FindIndex(id => !seen.Contains(id)) is >= 0 and var next)
            {
                await _catalog.References.DeleteAsync(expected[next], CancellationToken.None);
                expected.RemoveAt(next);
            }

            if (page.Items.Count > 0)
            {
                await _catalog.References.DeleteAsync(page.Items[^1].Id, CancellationToken.None); // where the next page begins
            }
        }
        while (after is not null);

        Assert.That(seen, Is.EqualTo(expected));
    }

    [Test]
    public async Task ReadAsync_WhenAnAnnotationChanges_FindsTheNewTextAndNotTheOld()
    {
        var id = (await AddAsync(["the silver robot"])).Keys.Single();
        await AddAsync(Enumerable.Repeat("other", 20));

        await _catalog.References.AnnotateAsync(id, new AnnotationChange(null, null, ["Hero", "Ünïcode"], "a golden knight"), CancellationToken.None);

        Assert.That(await FindAsync("silver"), Is.Empty);
        Assert.That(await FindAsync("golden"), Is.EqualTo([id]));
        Assert.That(await FindAsync("ÜNÏ"), Is.EqualTo([id]));
        Assert.That((await ReadAsync(s_everything with { Tag = "HERO" }, null, 5)).Items.Select(item => item.Id), Is.EqualTo([id]));

        await _catalog.References.AnnotateAsync(id, new AnnotationChange(null, null, [], ""), CancellationToken.None);

        Assert.That(await FindAsync("golden"), Is.Empty);
        Assert.That((await ReadAsync(s_everything with { Tag = "hero" }, null, 5)).Items, Is.Empty);
        await AssertIndexIsExactAsync();
    }

    [Test]
    public async Task ReadAsync_WhenFiltersAreCombined_AppliesAll()
    {
        var notes = (await AddAsync(Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? $"robot {i}" : $"knight {i}"))).Keys.ToList();
        for (var i = 0; i < notes.Count; i += 2)
        {
            await _catalog.References.AnnotateAsync(notes[i], new AnnotationChange(true, 4, ["even"], null), CancellationToken.None);
        }

        Assert.That(JobId.TryParse("job-1", out var job), Is.True);
        await _catalog.Jobs.AssociateAsync(job, [notes[6], notes[9], notes[12], notes[13]], CancellationToken.None);

        foreach (var query in new[] { "robot", "knight", "kn" })
        {
            var all = notes.Where((_, i) => (59 - i) % 3 == 0 == (query == "robot")).ToList();
            var even = all.Where(id => notes.IndexOf(id) % 2 == 0).ToList();
            var filter = new ReferenceFilter(query, null);
            Assert.That(await AllAsync(filter with { Origin = ReferenceOrigin.Uploaded }), Is.EqualTo(all), query);
            Assert.That(await AllAsync(filter with { Origin = ReferenceOrigin.Generated }), Is.Empty, query);
            Assert.That(await AllAsync(filter with { Favorite = true }), Is.EqualTo(even), query);
            Assert.That(await AllAsync(filter with { Favorite = false }), Is.EqualTo(all.Except(even)), query);
            Assert.That(await AllAsync(filter with { Tag = "even" }), Is.EqualTo(even), query);
            Assert.That(await AllAsync(filter with { MinRating = 4 }), Is.EqualTo(even), query);
            Assert.That(await AllAsync(filter with { MinRating = 5 }), Is.Empty, query);
            CharacterReferenceId[] ofJob = [notes[6], notes[9], notes[12], notes[13]];
            Assert.That(await AllAsync(filter with { JobId = job }), Is.EqualTo(all.Intersect(ofJob)), query);
            Assert.That(await AllAsync(filter with { JobId = job, Tag = "even" }), Is.EqualTo(even.Intersect(ofJob)), query);
        }
    }

    [Test]
    public async Task ReadAsync_WhenATextIsTooShortForTheIndex_EndsAPageAfterTheMostRows()
    {
        var notes = await AddAsync(Enumerable.Range(0, 30).Select(i => i is 2 or 3 ? "zz" : "other"));
        var listing = new ReferenceListing(_catalog.Engine) { MostRows = 10 };
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        var pages = new List<ReferencePage<CharacterReference>>();

        do
        {
            pages.Add(await listing.ReadAsync(context, new ReferenceFilter("Z", null), pages.LastOrDefault()?.Next, 5, CancellationToken.None));
        }
        while (pages[^1].Next is not null);

        Assert.That(pages.Select(page => page.Items.Count), Is.EqualTo([0, 0, 2]));
        Assert.That(pages[2].Items.Select(item => item.Id), Is.EqualTo(notes.Keys.Where(id => notes[id] == "zz")));
    }

    [Test]
    public async Task ReadAsync_WhenAnyQueryIsGiven_ReadsAnIndexInItsOrder()
    {
        if (kind is not CatalogKind.Sqlite)
        {
            Assert.Ignore("The plans of PostgreSQL follow its statistics.");
        }

        foreach (var (filter, index) in new[]
        {
            (s_everything, "IX_references_CreatedAt_Sequence"),
            (s_everything with { Origin = ReferenceOrigin.Adopted }, "IX_references_Origin_CreatedAt_Sequence"),
            (s_everything with { Favorite = true }, "IX_references_favorites"),
            (s_everything with { MinRating = 2 }, "IX_references_rated"),
            (s_everything with { Tag = "hero" }, "sqlite_autoindex_reference_tags_1"),
            (new ReferenceFilter("robot", null), "IX_references_CreatedAt_Sequence"),
            (new ReferenceFilter("ro", ReferenceOrigin.Uploaded), "IX_references_Origin_CreatedAt_Sequence"),
        })
        {
            foreach (var after in new ReferenceCursor?[] { null, new ReferenceCursor(5, 5) })
            {
                var before = _catalog.Commands.Count;
                await _catalog.References.ListAsync(filter, after, 20, CancellationToken.None);
                foreach (var command in _catalog.Commands.Texts.Skip(before).ToList())
                {
                    var plan = await ExplainAsync(command);
                    var message = $"{filter} after {after}: {string.Join("; ", plan)}";
                    Assert.That(plan, Has.Some.Contains(index).And.None.Contains("FOR ORDER BY"), message);
                    Assert.That(after is null || plan.Any(step => step.Contains("CreatedAt<", StringComparison.Ordinal)), Is.True, message);
                }
            }
        }
    }

    private static IEnumerable<string> Parts(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        for (var start = 0; start < runes.Length; start += 2)
        {
            foreach (var length in new[] { 1, 2, 3, 5 })
            {
                yield return string.Concat(runes.Skip(start).Take(length));
            }
        }
    }

    private static string Folded(string text) => CanonicalText.Compose(text).ToLowerInvariant();

    /// <summary>Images with these notes, the last one first in the list.</summary>
    private async Task<OrderedDictionary<CharacterReferenceId, string>> AddAsync(IEnumerable<string> notes, int first = 0)
    {
        var added = notes.Select((note, i) => (note, reference: AReference.Uploaded(AReference.Time.AddSeconds(first + (i / 2))))).ToList();
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        context.References.AddRange(added.Select(image =>
        {
            var row = CatalogRows.ToRow(image.reference);
            CatalogRows.Update(row, new ReferenceAnnotation { Note = image.note });
            return row;
        }));
        await context.SaveChangesAsync();
        added.Reverse();
        return new OrderedDictionary<CharacterReferenceId, string>(added.Select(image => KeyValuePair.Create(image.reference.Id, image.note)));
    }

    private async Task AssertFoundAsync(OrderedDictionary<CharacterReferenceId, string> notes, string query, int limit)
    {
        var expected = notes.Where(note => Folded(note.Value).Contains(Folded(query), StringComparison.Ordinal)).Select(note => note.Key).ToList();
        Assert.That(await AllAsync(new ReferenceFilter(query, null), limit), Is.EqualTo(expected), $"\"{query}\", {limit} a page");
    }

    private Task<List<CharacterReferenceId>> FindAsync(string query) => AllAsync(new ReferenceFilter(query, null));

    private async Task<List<CharacterReferenceId>> AllAsync(ReferenceFilter filter, int limit = 4)
    {
        var found = new List<CharacterReferenceId>();
        ReferenceCursor? after = null;
        do
        {
            var page = await ReadAsync(filter, after, limit);
            found.AddRange(page.Items.Select(item => item.Id));
            after = page.Next;
        }
        while (after is not null);

        return found;
    }

    // So few rows are read in the order of the list that the index is used too.
    private async Task<ReferencePage<CharacterReference>> ReadAsync(ReferenceFilter filter, ReferenceCursor? after, int limit)
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        return await new ReferenceListing(_catalog.Engine) { RowsPerItem = 1, MostRows = 10 }.ReadAsync(context, filter, after, limit, CancellationToken.None);
    }

    private async Task AssertIndexIsExactAsync()
    {
        if (kind is CatalogKind.Sqlite)
        {
            await using var context = await _catalog.Contexts.CreateDbContextAsync();
            await context.Database.ExecuteSqlRawAsync("INSERT INTO reference_search(reference_search, rank) VALUES ('integrity-check', 1)");
        }
    }

    private async Task<List<string>> ExplainAsync(string command)
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        await context.Database.OpenConnectionAsync();
        await using var explain = (SqliteCommand)context.Database.GetDbConnection().CreateCommand();
        explain.CommandText = "EXPLAIN QUERY PLAN " + command;
        foreach (var name in Parameter().Matches(command).Select(match => match.Value).Distinct())
        {
            explain.Parameters.AddWithValue(name, 1);
        }

        await using var reader = await explain.ExecuteReaderAsync();
        var steps = new List<string>();
        while (await reader.ReadAsync())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
