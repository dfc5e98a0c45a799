using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Api.Generations;

/// <summary>
/// The service is killed in every state of a generation, eight times each, and started again. In the end every prediction that Replicate was paid for
/// is exactly one image, and the client finds it by its idempotency key and in the list.
/// </summary>
[Category("Integration")]
internal sealed class GenerationKillTests
{
    private const int Kills = 8;
    private const int ImagesPerRequest = 2;
    private const int All = Kills * ImagesPerRequest;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(3);

    private TempDirectory _directory = null!;
    private ReplicateStub _stub = null!;

    // Of a model without a seed: only their number tells the predictions apart.
    private bool _areEqual;

    [SetUp]
    public async Task StartStubAsync()
    {
        _areEqual = false;
        _directory = new TempDirectory();
        _stub = await ReplicateStub.StartAsync();
        _stub.ImageOf = ImageOf;
    }

    [TearDown]
    public async Task StopStubAsync()
    {
        await _stub.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public Task Kill_WhenCreatesGetNoResponse_LosesNothing()
    {
        _stub.ByDefault(prediction => prediction.Stalls());
        return AssertNothingIsLostAsync(UntilPredictionsAsync, leastPaid: All);
    }

    [Test]
    public Task Kill_WhenCreatesOfEqualRequestsGetNoResponse_LosesAndDoublesNothing()
    {
        _areEqual = true;
        _stub.ByDefault(prediction => prediction.Stalls());
        return AssertNothingIsLostAsync(
            UntilPredictionsAsync, leastPaid: All, ("REPLICATE_MODEL", StubModels.Imagen), ("REPLICATE_ALLOWED_MODELS", StubModels.Imagen));
    }

    [Test]
    public Task Kill_WhenCreatesGotAResponseThisMoment_LosesNothing()
    {
        _stub.ByDefault(prediction => prediction.WaitsForModel(TimeSpan.FromMilliseconds(300)));
        return AssertNothingIsLostAsync(UntilPredictionsAsync, leastPaid: All, ("REPLICATE_PREFER_WAIT", "0"));
    }

    [Test]
    public Task Kill_WhenPredictionsRun_LosesNothing()
    {
        _stub.ByDefault(prediction => prediction.WaitsForModel(TimeSpan.FromMilliseconds(2500)));
        return AssertNothingIsLostAsync(
            async round =>
            {
                var before = _stub.GetCount;
                await UntilPredictionsAsync(round);
                await Condition.UntilAsync(() => _stub.GetCount > before);
            },
            leastPaid: All,
            ("REPLICATE_PREFER_WAIT", "0"));
    }

    [Test]
    public Task Kill_WhenOutputsAreFetched_LosesNothing()
    {
        _stub.Delivery.PausePerKibibyte = TimeSpan.FromMilliseconds(50);
        return AssertNothingIsLostAsync(
            _ =>
            {
                var before = _stub.Delivery.Requests;
                return Condition.UntilAsync(() => _stub.Delivery.Requests > before);
            },
            leastPaid: 1);
    }

    [Test]
    public async Task Kill_WhenOutputsAreHalfFetched_ResumesThem()
    {
        var image = TestImages.NoisePng;
        _stub.ImageOf = _ => image;
        _stub.Delivery.StallsHalfway().StallsHalfway();
        (string, string)[] settings = [.. _stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("IMAGE_GENERATOR", "replicate")];
        var partials = Path.Combine(_directory.FullPath, "mv/outputs/partial_outputs");
        using (var api = ApiProcess.Start(_directory.FullPath, settings))
        {
            using var client = await api.ConnectAsync();
            (await client.SendAsync(Request(0))).Dispose();
            await Condition.UntilAsync(() => Directory.Exists(partials)
                && Directory.GetFiles(partials).Count(path => new FileInfo(path).Length > image.Length / 2) == ImagesPerRequest);
            await api.KillAsync();
        }

        using var last = ApiProcess.Start(_directory.FullPath, settings);
        using var after = await last.ConnectAsync();
        await UntilFinalAsync(after);

        var hash = Convert.ToHexStringLower(SHA256.HashData(image));
        Assert.That((await ListImagesAsync(after)).Select(stored => stored.GetProperty("sha256").GetString()), Is.EqualTo([hash, hash]));
        Assert.That(_stub.Delivery.RangeStarts, Is.EqualTo([image.Length / 2, image.Length / 2]));
        Assert.That(Directory.GetFiles(partials), Is.Empty);
    }

    [Test]
    public Task Kill_WhenImagesAreStored_LosesNothing()
    {
        var images = Path.Combine(_directory.FullPath, "mv/outputs/character_reference");
        return AssertNothingIsLostAsync(
            async _ =>
            {
                int Published() => Directory.Exists(images) ? Directory.GetFiles(images).Length : 0;
                var before = Published();
                await Condition.UntilAsync(() => Published() > before);
            },
            leastPaid: 1);
    }

    [Test]
    public Task Kill_WhenTheMomentIsRandom_LosesNothing()
    {
        _stub.ByDefault(prediction => prediction.WaitsForModel(TimeSpan.FromMilliseconds(150)));
        _stub.Delivery.PausePerKibibyte = TimeSpan.FromMilliseconds(5);
        var random = TestContext.CurrentContext.Random;
        return AssertNothingIsLostAsync(_ => Task.Delay(random.Next(0, 400)), leastPaid: 1);
    }

    /// <summary>A different size for each, so that no two are equal.</summary>
    private static byte[] ImageOf(int index) => TestImages.Solid(ImageFormat.Png, 40 + (index % 16), 40 + (index / 16));

    private object Body(int round) => _areEqual
        ? new { character_description = "A robot", num_images = ImagesPerRequest }
        : new { character_description = $"A robot, round {round}", num_images = ImagesPerRequest, seed = round * 10 };

    private HttpRequestMessage Request(int round, string prefer = "respond-async") => new(HttpMethod.Post, "/api/mv/generate_character_reference")
    {
        Content = JsonContent.Create(Body(round)),
        Headers = { { "Idempotency-Key", $"round-{round}" }, { "Prefer", prefer } },
    };

    private Task UntilPredictionsAsync(int round) => Condition.UntilAsync(() => _stub.Predictions.Count >= (round + 1) * ImagesPerRequest);

    /// <param name="untilMoment">Waits, in each round, for the moment of the kill.</param>
    /// <param name="leastPaid">How many predictions there are at least: a service that sends nothing loses nothing.</param>
    /// <param name="settings">Variables of the service.</param>
    private async Task AssertNothingIsLostAsync(Func<int, Task> untilMoment, int leastPaid, params (string, string)[] settings)
    {
        settings =
        [
            .. _stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("IMAGE_GENERATOR", "replicate"),
            ("GENERATION_MIN_FREE_BYTES", "0"), ("GENERATION_SEARCH_TIME", "20"), .. settings,
        ];
        for (var round = 0; round < Kills; round++)
        {
            using var api = ApiProcess.Start(_directory.FullPath, settings);
            using var client = await api.ConnectAsync();
            var moment = untilMoment(round);
            using var accepted = await client.SendAsync(Request(round));
            Assert.That((int)accepted.StatusCode, Is.EqualTo(202), await accepted.Content.ReadAsStringAsync());
            await moment;

            await api.KillAsync();
        }

        using var last = ApiProcess.Start(_directory.FullPath, settings);
        using var after = await last.ConnectAsync();
        var generations = await UntilFinalAsync(after);
        var lost = generations.SelectMany(generation => generation.GetProperty("failures").EnumerateArray()).ToList();
        Assert.That(lost.Select(failure => failure.GetProperty("error").GetString()), Is.All.EqualTo("SubmissionLost"), last.Log);

        var images = await ListImagesAsync(after);
        var paid = _stub.Predictions.Select(prediction => Convert.ToHexStringLower(SHA256.HashData(ImageOf(prediction.Index)))).ToList();
        Assert.That(images.Select(image => image.GetProperty("sha256").GetString()), Is.EquivalentTo(paid), "each paid prediction is exactly one image");
        Assert.That(paid, Has.Count.GreaterThanOrEqualTo(leastPaid));
        Assert.That(paid.Count + lost.Count, Is.EqualTo(All), "nothing was paid twice; lost is what was killed before it left");
        Assert.That(images.Select(image => image.GetProperty("origin").GetString()), Is.All.EqualTo("generated"));
        for (var round = 0; round < Kills; round++)
        {
            using var request = Request(round, "respond-async, wait=1");
            using var replay = await after.SendAsync(request);
            var response = await replay.JsonAsync();
            if (lost.Count > 0 && replay.StatusCode is HttpStatusCode.Accepted)
            {
                // Both of its images were killed before they left, so the response is the resource.
                Assert.That(response.GetProperty("failures").GetArrayLength(), Is.EqualTo(ImagesPerRequest));
                continue;
            }

            var found = response.GetProperty("images").EnumerateArray().ToList();
            var lostHere = response.GetProperty("metadata").GetProperty("failures").GetArrayLength();
            Assert.That(replay.Headers.GetValues("Idempotent-Replayed").Single(), Is.EqualTo("true"));
            Assert.That(found.Select(SeedOf).OfType<int>(), Is.SubsetOf([round * 10, (round * 10) + 1]));
            Assert.That(found, Has.Count.EqualTo(ImagesPerRequest - lostHere));
            Assert.That(found.Select(image => image.GetProperty("id").GetString()), Is.SubsetOf(images.Select(image => image.GetProperty("id").GetString())));
        }
    }

    private static int? SeedOf(JsonElement image) =>
        image.GetProperty("seed") is { ValueKind: JsonValueKind.Number } seed ? seed.GetInt32() : null;

    private static async Task<List<JsonElement>> UntilFinalAsync(HttpClient client)
    {
        List<JsonElement> items = [];
        await Condition.UntilAsync(
            async () =>
            {
                items = [.. (await (await client.GetAsync("/api/mv/generations?limit=100")).JsonAsync()).GetProperty("items").EnumerateArray()];
                return items.All(item => item.GetProperty("completed_at").ValueKind != JsonValueKind.Null);
            },
            s_timeout);
        return items;
    }

    private static async Task<List<JsonElement>> ListImagesAsync(HttpClient client) =>
        [.. (await (await client.GetAsync("/api/mv/character_references?limit=100")).JsonAsync()).GetProperty("items").EnumerateArray()];
}
