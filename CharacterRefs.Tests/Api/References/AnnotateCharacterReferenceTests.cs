using System.Net;
using System.Net.Http.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

[Category("Api")]
internal sealed class AnnotateCharacterReferenceTests
{
    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;
    private string _id = null!;

    [SetUp]
    public async Task SetUp()
    {
        _client = _api.CreateClient();
        _id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
    }

    [TearDown]
    public void TearDown()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task Patch_WhenMembersAreGiven_ChangesThemAndKeepsTheOthers()
    {
        await PatchAsync(new { favorite = true, tags = new[] { "Hero", "hero ", "armor" } });

        var record = await (await PatchAsync(new { rating = 4, note = " Best shield " })).JsonAsync();

        var read = await (await _client.GetAsync($"/api/mv/character_references/{_id}")).JsonAsync();
        using (Assert.EnterMultipleScope())
        {
            foreach (var shown in new[] { record, read })
            {
                Assert.That(shown.GetProperty("favorite").GetBoolean(), Is.True);
                Assert.That(shown.GetProperty("rating").GetInt32(), Is.EqualTo(4));
                Assert.That(shown.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo(["hero", "armor"]));
                Assert.That(shown.GetProperty("note").GetString(), Is.EqualTo("Best shield"));
            }
        }
    }

    [Test]
    public async Task List_WhenImagesAreAnnotated_FindsThemByEachFilterAndByText()
    {
        var other = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await PatchAsync(new { favorite = true, rating = 3, tags = new[] { "Hero" }, note = "Äußerst 100% gut" });

        using (Assert.EnterMultipleScope())
        {
            foreach (var filter in new[] { "favorite=true", "tag=HERO", "min_rating=3", "query=her", "query=äußerst", "favorite=true&tag=hero&min_rating=1" })
            {
                Assert.That(await ListedAsync(filter), Is.EqualTo([_id]), filter);
            }

            Assert.That(await ListedAsync("favorite=false"), Is.EqualTo([other]));
            foreach (var filter in new[] { "tag=her", "min_rating=4", "query=100%25%20schlecht" })
            {
                Assert.That(await ListedAsync(filter), Is.Empty, filter);
            }

            Assert.That(await ListedAsync("min_rating=0"), Is.EqualTo([other, _id]));
        }
    }

    [TestCase("""{"rating":6}""", "rating", "0 to 5")]
    [TestCase("""{"tags":["a",""]}""", "tags", "1 to 40")]
    [TestCase("""{"tags":["a",null]}""", "tags", "1 to 40")]
    [TestCase("""{"tags":["01234567890123456789012345678901234567890"]}""", "tags", "1 to 40")]
    [TestCase("""{"tags":["a\nb"]}""", "tags", "control characters")]
    [TestCase("""{"tags":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21"]}""", "tags", "at most 20", "has 21")]
    [TestCase("""{"note":"\u0000"}""", "note", "control characters")]
    [TestCase("""{"favourite":true}""", "favourite", "not a member", "favorite")]
    public async Task Patch_WhenAMemberIsInvalid_NamesItAndItsLimit(string body, string field, params string[] words)
    {
        var response = await _client.PatchAsync($"/api/mv/character_references/{_id}", new StringContent(body, null, "application/json"));

        await response.ProblemOnFieldAsync(field, words);
    }

    [Test]
    public async Task Patch_WhenTheNoteIsTooLong_SaysHowLongItIs() =>
        await (await PatchAsync(new { note = new string('x', 2001) })).ProblemOnFieldAsync("note", "2000", "2001");

    [Test]
    public async Task Patch_WhenTheImageIsUnknown_IsNotFound() =>
        await (await _client.PatchAsJsonAsync($"/api/mv/character_references/{AReference.NewId()}", new { rating = 1 })).ProblemAsync(404, "NotFound");

    [TestCase("tag=01234567890123456789012345678901234567890", "tag", "1 to 40")]
    [TestCase("min_rating=6", "min_rating", "0 to 5")]
    [TestCase("favorite=maybe", "favorite", "true or false")]
    public async Task List_WhenAFilterIsInvalid_NamesItAndItsLimit(string filter, string field, string words) =>
        await (await _client.GetAsync($"/api/mv/character_references?{filter}")).ProblemOnFieldAsync(field, words);

    private Task<HttpResponseMessage> PatchAsync(object body) => _client.PatchAsJsonAsync($"/api/mv/character_references/{_id}", body);

    private async Task<IEnumerable<string?>> ListedAsync(string filter)
    {
        var response = await _client.GetAsync($"/api/mv/character_references?{filter}");
        response.AssertStatus(HttpStatusCode.OK);
        return [.. (await response.JsonAsync()).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
    }
}
