using System.Net;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

/// <summary>Image files that were changed on the local disk.</summary>
[Category("Api")]
internal sealed class DamagedFileTests
{
    private static readonly Action<string>[] s_damages = [FileDamage.Cut, FileDamage.Flip, FileDamage.FlipAndKeepTheTime];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Get_WhenTheFileIsDamaged_NeverServesItAndSaysSo(int damage)
    {
        using var data = new TempDirectory();
        var id = await UploadAsync(data, persist: false);
        s_damages[damage](PathOf(data, id));
        using var api = new ApiFactory(data.FullPath);
        using var client = api.CreateClient();

        foreach (var path in new[] { $"character_references/{id}/content", $"get_character_reference/{id}" })
        {
            using var response = await client.GetAsync($"/api/mv/{path}");
            var problem = await response.ProblemAsync(500, "InternalError");
            Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith("The local copy of the image is damaged"));
            Assert.That(response.Headers.ETag, Is.Null);
        }

        var record = await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
        Assert.That(record.GetProperty("copies").GetProperty("local").GetProperty("state").GetString(), Is.EqualTo("damaged"));
        using var ready = await client.GetAsync("/health/ready");
        ready.AssertStatus(HttpStatusCode.OK);
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("\"degraded\"").And.Contain(id));
        (await client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        Assert.That(await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync(), Does.Not.Contain("degraded"));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Get_WhenTheStoreHasAGoodCopy_ReplacesTheFile(int damage)
    {
        using var data = new TempDirectory();
        var id = await UploadAsync(data, persist: true);
        s_damages[damage](PathOf(data, id));
        using var api = new ApiFactory(data.FullPath);
        using var client = api.CreateClient();

        Assert.That(await client.GetByteArrayAsync($"/api/mv/character_references/{id}/content"), Is.EqualTo(TestImages.NoisePng));
        Assert.That(await File.ReadAllBytesAsync(PathOf(data, id)), Is.EqualTo(TestImages.NoisePng));
        Assert.That(api.Log.Lines, Has.Some.Contains($"Replaced the damaged local file of {id}"));
        Assert.That(await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync(), Does.Not.Contain("degraded"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Get_WhenTheFileIsDamagedWhileItIsServed_NoticesIt(int damage)
    {
        using var data = new TempDirectory();
        using var api = new ApiFactory(data.FullPath);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        (await client.GetAsync($"/api/mv/character_references/{id}/content")).AssertStatus(HttpStatusCode.OK);
        s_damages[damage](PathOf(data, id));

        await (await client.GetAsync($"/api/mv/character_references/{id}/content")).ProblemAsync(500, "InternalError");
    }

    private static async Task<string> UploadAsync(TempDirectory data, bool persist)
    {
        using var api = new ApiFactory(data.FullPath);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        if (persist)
        {
            var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync($"/api/mv/character_references/{id}/persist", body)).AssertStatus(HttpStatusCode.OK);
        }

        return id;
    }

    private static string PathOf(TempDirectory data, string id) => Path.Join(data.FullPath, "character_reference", $"{id}.png");
}
