using System.Net.Http.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Jobs;

[Category("Api")]
internal sealed class JobListTests : IDisposable
{
    private readonly ApiFactory _api = new();
    private readonly HttpClient _client;

    public JobListTests() => _client = _api.CreateClient();

    public void Dispose()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task List_WhenThereAreJobs_ReturnsTheirNumbersInPages()
    {
        var empty = await (await _client.GetAsync("/api/mv/jobs")).JsonAsync();
        Assert.That(empty.GetProperty("items").GetArrayLength(), Is.Zero);

        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await (await _client.PostAsJsonAsync("/api/mv/jobs/robot-1/character_references", new { image_ids = new[] { id } })).JsonAsync();
        Write("robot-1/final/movie.mp4");
        await (await _client.PostAsync("/api/mv/jobs/robot-1/assets/persist", null)).JsonAsync();
        Write("robot-2/final/movie.mp4");
        Write("other/final/movie.mp4");

        var first = await (await _client.GetAsync("/api/mv/jobs?query=ROBOT&limit=1")).JsonAsync();
        var second = await (await _client.GetAsync($"/api/mv/jobs?query=ROBOT&limit=1&cursor={first.GetProperty("next_cursor").GetString()}")).JsonAsync();

        var job = first.GetProperty("items")[0];
        Assert.That(
            (job.GetProperty("job_id").GetString(), job.GetProperty("image_count").GetInt32(), job.GetProperty("file_count").GetInt32()),
            Is.EqualTo(("robot-1", 1, 2)));
        Assert.That(job.GetProperty("complete").GetBoolean(), Is.True);
        Assert.That(job.GetProperty("updated_at").GetDateTimeOffset(), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromHours(1)));
        Assert.That(second.GetProperty("items")[0].GetProperty("job_id").GetString(), Is.EqualTo("robot-2"));
        Assert.That(second.GetProperty("items")[0].GetProperty("complete").GetBoolean(), Is.False);
        Assert.That(second.GetProperty("next_cursor").GetString(), Is.Null);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("cursor=..", "cursor")]
    [TestCase("color=red", "color")]
    public async Task List_WhenAParameterIsNotAcceptable_NamesIt(string query, string field) =>
        await (await _client.GetAsync($"/api/mv/jobs?{query}")).ProblemOnFieldAsync(field);

    private void Write(string path)
    {
        var full = Path.Join(_api.JobsRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "movie");
    }
}
