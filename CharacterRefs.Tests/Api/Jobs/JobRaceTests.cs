using System.Net;
using System.Text;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>Requests that change one job at the same time, also while its lease is taken from a request that still runs.</summary>
[Category("Api")]
internal sealed class JobRaceTests
{
    private const string Job = "/api/mv/jobs/video-1";
    private const int Requests = 1_000;

    [Test]
    public async Task Set_WhenItIsChangedDeletedAndItsLeaseIsEnded_NeverNamesBytesThatAreLost([Values(1, 2)] int seed)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var final = Path.Combine(api.JobsRoot, "video-1", "final");
        Directory.CreateDirectory(final);
        var random = new Random(seed);
        var steps = Enumerable.Range(0, Requests).Select(number => (number, Kind: random.Next(10))).ToList();

        await Parallel.ForEachAsync(steps, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (step, token) =>
        {
            using var response = await (step.Kind switch
            {
                < 5 => client.PutAsync($"{Job}/metadata", Json($$"""{"v":{{step.number % 3}}}"""), token),
                < 7 => PersistAsync(step.number, token),
                7 => client.DeleteAsync(Job, token),
                _ => client.DeleteAsync($"{Job}/lease", token),
            });
            Assert.That((int)response.StatusCode, Is.LessThan(500), await response.Content.ReadAsStringAsync(token));
        });

        using (var last = await client.PutAsync($"{Job}/metadata", Json("""{"v":"last"}""")))
        {
            last.AssertStatus(HttpStatusCode.NoContent);
        }

        Assert.That(await client.GetStringAsync($"{Job}/metadata"), Is.EqualTo("""{"v":"last"}"""));
        Assert.That(api.Log.Lines.Where(line => line.StartsWith("Error ", StringComparison.Ordinal)), Is.Empty);
        using var verified = await client.GetAsync($"{Job}/assets/verify?depth=hash");
        if (verified.StatusCode is not HttpStatusCode.NotFound)
        {
            var findings = await verified.JsonAsync();
            Assert.That(JobScene.Names(findings, "missing").Concat(JobScene.Names(findings, "corrupt")), Is.Empty);
        }

        async Task<HttpResponseMessage> PersistAsync(int number, CancellationToken token)
        {
            try
            {
                await File.WriteAllTextAsync(Path.Combine(final, "movie.mp4"), $"film {number % 3}", token);
            }
            catch (IOException)
            {
                // Two persists write the file at once, as two pipelines do.
            }

            return await client.PostAsync($"{Job}/assets/persist", null, token);
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
