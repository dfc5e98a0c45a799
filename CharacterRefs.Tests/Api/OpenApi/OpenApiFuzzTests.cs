using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Fuzz;

namespace CharacterRefs.Tests.Api.OpenApi;

/// <summary>No request of a client is the service's fault. Replay a failure with FUZZ_SEED; search further with another seed and FUZZ_REQUESTS.</summary>
[Category("Api")]
internal sealed class OpenApiFuzzTests
{
    private const int DefaultSeed = 20;
    private const int DefaultRequests = 3_000;
    private const int Concurrency = 16;

    // Keeps the run within a minute on a slow machine; what was not sent then is in the output.
    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(45);

    [Test]
    public async Task AnyOperation_WhenItsRequestIsFuzzed_IsNeverAServerError()
    {
        var seed = Number("FUZZ_SEED", DefaultSeed);
        var requests = Number("FUZZ_REQUESTS", DefaultRequests);
        using var api = new ApiFactory();
        api.ListenOnLoopback();
        using var client = api.CreateClient();
        var fuzzer = new RequestFuzzer(await DocumentAsync(client), await KnownAsync(api, client), seed);
        var responses = new ConcurrentQueue<(FuzzRequest Request, int? Status)>();
        using var budget = new CancellationTokenSource(Environment.GetEnvironmentVariable("FUZZ_REQUESTS") is null ? s_budget : Timeout.InfiniteTimeSpan);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests).Select(_ => fuzzer.Next()).ToList(), parallel, async (request, _) =>
        {
            if (!budget.IsCancellationRequested)
            {
                responses.Enqueue((request, await request.SendAsync(client.BaseAddress!, CancellationToken.None)));
            }
        });

        var statuses = responses.CountBy(response => response.Status ?? 0).OrderBy(status => status.Key).ToDictionary();
        var failures = responses.Where(response => response.Status is 500).Select(response => response.Request.ToString()).Order(StringComparer.Ordinal);
        TestContext.Out.WriteLine(
            $"seed {seed}, {responses.Count} of {requests} requests to {fuzzer.Operations} operations; statuses (0: none): {string.Join(", ", statuses)}");
        Assert.That(failures, Is.Empty, $"seed {seed}; the log says:\n{string.Join('\n', Errors(api).Take(5))}");
        Assert.That(Errors(api), Is.Empty, $"seed {seed}");
        Assert.That(statuses.Keys, Is.SupersetOf(new[] { 200, 400, 404, 415 }), "the requests reach the operations");
    }

    private static int Number(string variable, int fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : fallback;

    private static IEnumerable<string> Errors(ApiFactory api) =>
        api.Log.Lines.Where(line => line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal));

    private static async Task<JsonElement> DocumentAsync(HttpClient client) => await (await client.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

    /// <summary>An image and a job with a persisted set.</summary>
    private static async Task<Dictionary<string, string>> KnownAsync(ApiFactory api, HttpClient client)
    {
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        var final = Path.Combine(api.JobsRoot, "video-1", "final");
        Directory.CreateDirectory(final);
        await File.WriteAllTextAsync(Path.Combine(final, "movie.mp4"), "film");
        await (await client.PostAsync("/api/mv/jobs/video-1/assets/persist", null)).JsonAsync();
        return new Dictionary<string, string>
        {
            ["image_id"] = id,
            ["job_id"] = "video-1",
            ["path"] = "final/movie.mp4",
            ["key"] = "videos/video-1/final/movie.mp4",
        };
    }
}
