using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

[Category("Api")]
internal sealed class ListCharacterReferencesTests
{
    [Test]
    public async Task List_WhenImagesArriveBetweenPages_ReturnsEachOnce()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var uploaded = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            uploaded.Add(await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8)));
        }

        var first = await ListAsync(client, "?limit=2");
        await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        var second = await ListAsync(client, $"?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");
        var third = await ListAsync(client, $"?limit=2&cursor={second.GetProperty("next_cursor").GetString()}");

        uploaded.Reverse();
        Assert.That(new[] { first, second, third }.SelectMany(Ids), Is.EqualTo(uploaded));
        Assert.That(third.GetProperty("next_cursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task List_WhenADescriptionIsSearched_FindsItInAnyCase()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        await client.GenerateAsync(new { character_description = "Ärgerlicher Drache 100%", num_images = 2 });
        await client.GenerateAsync(new { character_description = "A robot", num_images = 1 });
        await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Ids(await ListAsync(client, "?query=ärgerlicher%20DRACHE")).Count(), Is.EqualTo(2));
            Assert.That(Ids(await ListAsync(client, "?query=100%25")).Count(), Is.EqualTo(2));
            Assert.That(Ids(await ListAsync(client, "?query=_")), Is.Empty);
            Assert.That(Ids(await ListAsync(client, "?origin=uploaded")).Count(), Is.EqualTo(1));
            Assert.That(Ids(await ListAsync(client, "?origin=generated")).Count(), Is.EqualTo(3));
            Assert.That(Ids(await ListAsync(client, "")).Count(), Is.EqualTo(4));
        }
    }

    [TestCase("Ange\u0301lique", "Ang\u00E9lique")]
    [TestCase("Ang\u00E9lique", "Ange\u0301LIQUE")]
    public async Task List_WhenTheDescriptionHasAnotherFormOfTheAccent_FindsIt(string description, string query)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var generated = await (await client.GenerateAsync(new { character_description = description, num_images = 1 })).JsonAsync();

        Assert.That(Ids(await ListAsync(client, $"?query={Uri.EscapeDataString(query)}")).Count(), Is.EqualTo(1));
        Assert.That(generated.GetProperty("metadata").GetProperty("character_description").GetString(), Is.EqualTo("Ang\u00E9lique"));
    }

    [TestCase("?limit=0", "limit", "1 to 100")]
    [TestCase("?limit=101", "limit", "1 to 100")]
    [TestCase("?limit=many", "limit", "whole number from 1 to 100")]
    [TestCase("?cursor=%21%21", "cursor", "next_cursor")]
    [TestCase("?cursor=abcd", "cursor", "next_cursor")]
    [TestCase("?origin=stolen", "origin", "generated, uploaded, adopted")]
    public async Task List_WhenAParameterIsNotAcceptable_NamesItAndItsLimit(string query, string field, string words)
    {
        using var api = new ApiFactory();

        var response = await api.CreateClient().GetAsync("/api/mv/character_references" + query);

        await response.ProblemOnFieldAsync(field, words);
    }

    [Test]
    public async Task Get_WhenTheImageWasGenerated_ReturnsItsWholeProvenance()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var generated = await (await client.GenerateAsync(new
        {
            character_description = "A robot",
            num_images = 2,
            seed = 5,
            aspect_ratio = "16:9",
            negative_prompt = "text",
        })).JsonAsync();
        var second = generated.GetProperty("images")[1];

        var record = await (await client.GetAsync($"/api/mv/character_references/{second.GetProperty("id").GetString()}")).JsonAsync();

        var metadata = generated.GetProperty("metadata");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(record.GetProperty("origin").GetString(), Is.EqualTo("generated"));
            Assert.That(record.GetProperty("generation_id").GetString(), Is.EqualTo(metadata.GetProperty("generation_id").GetString()));
            Assert.That(record.GetProperty("character_description").GetString(), Is.EqualTo("A robot"));
            Assert.That(record.GetProperty("prompt").GetString(), Is.EqualTo(metadata.GetProperty("prompt").GetString()));
            Assert.That(record.GetProperty("model").GetString(), Is.EqualTo("placeholder"));
            Assert.That(record.GetProperty("seed").GetInt32(), Is.EqualTo(6));
            Assert.That(record.GetProperty("parameters_used").GetProperty("aspect_ratio").GetString(), Is.EqualTo("16:9"));
            Assert.That(record.GetProperty("parameters_dropped").EnumerateArray().Select(name => name.GetString()), Does.Contain("negative_prompt"));
            Assert.That(record.GetProperty("copies").GetProperty("local").GetProperty("state").GetString(), Is.EqualTo("stored"));
            foreach (var member in new[] { "path", "content_url", "format", "width", "height", "size_bytes", "sha256" })
            {
                Assert.That(record.GetProperty(member).ToString(), Is.EqualTo(second.GetProperty(member).ToString()), member);
            }
        }
    }

    private static async Task<JsonElement> ListAsync(HttpClient client, string query) =>
        await (await client.GetAsync("/api/mv/character_references" + query)).JsonAsync();

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
}
