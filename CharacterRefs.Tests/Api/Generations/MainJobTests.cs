using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Tests.Api.Generations;

/// <summary>The main job through the whole service, with Replicate's stub on loopback behind it.</summary>
[Category("Api")]
internal sealed class MainJobTests
{
    private const string Robot = "A silver metallic humanoid robot with red shield";

    private ReplicateStub _stub = null!;

    [SetUp]
    public async Task StartStub()
    {
        _stub = await ReplicateStub.StartAsync(new FastTimeProvider(10));
        _stub.ImageOf = index => TestImages.Solid(ImageFormat.Png, 64 + index, 64);
    }

    [TearDown]
    public async Task StopStub()
    {
        Assert.That(_stub.Faults, Is.Empty);
        await _stub.DisposeAsync();
    }

    [Test]
    public async Task Generate_WhenTheModelGeneratesFour_StoresRecordsAndServesThemAcrossARestart()
    {
        using var root = new TempDirectory();
        JsonElement response;
        using (var api = ApiFactory.With(_stub, root.FullPath))
        {
            response = await (await api.CreateClient().GenerateAsync(new
            {
                character_description = Robot,
                aspect_ratio = "3:4",
                seed = 100,
                safety_filter_level = "block_only_high",
                person_generation = "allow_all",
            })).JsonAsync();
        }

        var metadata = response.GetProperty("metadata");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stub.Creates, Has.Count.EqualTo(4));
            Assert.That(_stub.Creates.Select(create => create.Input.GetProperty("seed").GetInt32()).Order(), Is.EqualTo(new[] { 100, 101, 102, 103 }));
            Assert.That(_stub.Creates[0].Input.GetProperty("prompt").GetString(), Does.Contain(Robot));
            Assert.That(metadata.GetProperty("model_used").GetString(), Is.EqualTo(StubModels.FluxPro));
            Assert.That(metadata.GetProperty("parameters_used").GetProperty("aspect_ratio").GetString(), Is.EqualTo("3:4"));
            Assert.That(metadata.GetProperty("parameters_used").GetProperty("safety_tolerance").GetInt32(), Is.EqualTo(5));
            Assert.That(
                metadata.GetProperty("parameters_dropped").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(new[] { "person_generation" }));
            Assert.That(_stub.Delivery.SawToken, Is.False);
            Assert.That(States(root.FullPath), Is.EqualTo(new[] { "Succeeded", "Succeeded", "Succeeded", "Succeeded" }));
        }

        using var after = ApiFactory.With(_stub, root.FullPath);
        using var client = after.CreateClient();
        foreach (var image in response.GetProperty("images").EnumerateArray())
        {
            var bytes = await client.GetByteArrayAsync(image.GetProperty("content_url").GetString());
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.GetProperty("sha256").GetString()));
            Assert.That(bytes, Is.EqualTo(image.GetProperty("base64").GetBytesFromBase64()));
        }

        Assert.That(_stub.Creates, Has.Count.EqualTo(4), "a restart pays for nothing");
    }

    [Test]
    public async Task Generate_WhenOneSlotIsRejected_KeepsTheOthersAndNamesIt()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.Failed(PredictionScript.Sensitive)).Script(p => p.Succeeded());
        using var api = ApiFactory.With(_stub);

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 3, seed = 0 })).JsonAsync();

        var failure = response.GetProperty("metadata").GetProperty("failures").EnumerateArray().Single();
        var seeds = response.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("seed").GetInt32()).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.GetProperty("error").GetString(), Is.EqualTo("GenerationRejected"));
            Assert.That(failure.GetProperty("detail").GetString(), Does.Contain("E005"));
            Assert.That(seeds, Has.Count.EqualTo(2).And.Ordered.And.Not.Contain(failure.GetProperty("index").GetInt32()));
            Assert.That(response.GetProperty("metadata").GetProperty("num_images_requested").GetInt32(), Is.EqualTo(3));
            Assert.That(response.GetProperty("metadata").GetProperty("num_images_generated").GetInt32(), Is.EqualTo(2));
            Assert.That(api.ImageFiles(), Has.Count.EqualTo(2));
        }
    }

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return Case("sensitive", p => p.Failed(PredictionScript.Sensitive), 422, "GenerationRejected", "E005");
        yield return Case("failed", p => p.Failed("CUDA out of memory (E1001)"), 502, "UpstreamFailed", "E1001");
        yield return Case("aborted", p => p.Starting().Aborted(), 504, "UpstreamTimedOut", "");
        yield return Case("never ends", p => p.NeverEnds(), 504, "UpstreamTimedOut", "300 seconds");
        yield return Case("500 with HTML", p => p.RejectsCreate(StubResponse.EdgeError), 502, "UpstreamFailed", "not sent again");
        yield return Case("no token", p => p.RejectsCreate(StubResponse.Unauthenticated), 503, "ConfigurationError", "REPLICATE_API_TOKEN");
        yield return Case("no credit", p => p.RejectsCreate(StubResponse.NoCredit), 503, "ConfigurationError", "credit");
        yield return Case(
            "invalid input",
            p => p.RejectsCreate(StubResponse.Invalid("input.seed", "number_lte", "Must be small")),
            422,
            "GenerationRejected",
            "Must be small");
        yield return Case("foreign host", p => p.OutputsAt("https://evil.example/image.png"), 502, "UpstreamFailed", "REPLICATE_OUTPUT_HOSTS");
        yield return Case("no image", p => p.Outputs((_, _) => null), 502, "UpstreamFailed", "without an image");

        static TestCaseData Case(string name, Action<PredictionScript> script, int status, string error, string word) =>
            new TestCaseData(script, status, error, word).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Failures))]
    public async Task Generate_WhenTheOnlySlotFails_IsItsProblemAndPaysOnce(Action<PredictionScript> script, int status, string error, string word)
    {
        _stub.Script(script);
        using var api = ApiFactory.With(_stub, settings: ("REPLICATE_DEADLINE", "300"));

        var response = await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 1 });

        var problem = await response.ProblemAsync(status, error);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(word).And.Not.Contain("$3.14").And.Not.Contain(_stub.Token));
            Assert.That(_stub.Creates, Has.Count.EqualTo(1));
            Assert.That(api.ImageFiles(), Is.Empty);
            Assert.That(States(api.DataRoot), Is.EqualTo(new[] { "Failed" }));
        }
    }

    [Test]
    public async Task Generate_WhenTheConnectionBreaksAfterTheCreate_FindsThePredictionAndPaysOnce()
    {
        _stub.Script(p => p.ResetsAfterAccept());
        using var api = ApiFactory.With(_stub);

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 1 })).JsonAsync();

        Assert.That(response.GetProperty("images").GetArrayLength(), Is.EqualTo(1));
        Assert.That(_stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenReplicateLimitsTheRateForLong_IsRateLimitedWithRetryAfter()
    {
        _stub.Script(p => p.RejectsCreate([.. Enumerable.Repeat(StubResponse.LimitedByBody(60), 9)]));
        using var api = ApiFactory.With(_stub, settings: ("REPLICATE_RATE_LIMIT_TIMEOUT", "30"));

        var response = await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 1 });

        await response.ProblemAsync(429, "RateLimited");
        Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    [TestCase("truncated")]
    [TestCase("text")]
    [TestCase("gif")]
    [TestCase("bomb")]
    public async Task Generate_WhenWhatIsDeliveredIsNoAcceptableImage_IsUpstreamFailedAndKeepsNothing(string what)
    {
        _stub.ImageOf = _ => what switch
        {
            "truncated" => TestImages.Truncated(TestImages.NoisePng, 5000),
            "gif" => TestImages.Gif,
            "bomb" => TestImages.Bomb(ImageFormat.Png, 65_535, 65_535),
            _ => TestImages.Text,
        };
        using var api = ApiFactory.With(_stub);

        var response = await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 2 });

        var problem = await response.ProblemAsync(502, "UpstreamFailed");
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("not an acceptable image"));
        Assert.That(api.ImageFiles(), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheDeliveredFormatIsNotTheRequestedOne_ReturnsTheDeliveredOne()
    {
        _stub.ImageOf = _ => TestImages.Solid(ImageFormat.WebP, 32, 32);
        using var api = ApiFactory.With(_stub);

        var image = (await (await api.CreateClient().GenerateAsync(new { character_description = Robot, num_images = 1, output_format = "png" })).JsonAsync())
            .GetProperty("images")[0];

        Assert.That(image.GetProperty("format").GetString(), Is.EqualTo("webp"));
        Assert.That(image.GetProperty("path").GetString(), Does.EndWith(".webp"));
    }

    [Test]
    public async Task Generate_WhenTheModelDoesNotOfferTheRatio_NamesThoseItDoesAndPaysNothing()
    {
        using var api = ApiFactory.With(_stub);

        var response = await api.CreateClient().GenerateAsync(new { character_description = Robot, aspect_ratio = "7:5" });

        await response.ProblemOnFieldAsync("aspect_ratio", StubModels.FluxPro, "16:9", "3:4");
        Assert.That(_stub.Creates, Is.Empty);
        Assert.That(States(api.DataRoot), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenAReferenceImageIsNamed_ShowsItToAModelThatTakesOne()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 16, 16));

        var response = await (await client.GenerateAsync(new { character_description = Robot, num_images = 1, reference_image_id = id })).JsonAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.GetProperty("metadata").GetProperty("model_used").GetString(), Is.EqualTo(StubModels.Kontext));
            Assert.That(_stub.Creates.Single().Input.GetProperty("input_image").GetString(), Does.StartWith("data:image/png;base64,"));
            Assert.That(response.GetProperty("metadata").GetProperty("parameters_used").GetProperty("input_image").GetString(), Is.EqualTo($"reference:{id}"));
        }

        var image = response.GetProperty("images")[0].GetProperty("id").GetString();
        var record = await (await client.GetAsync($"/api/mv/character_references/{image}")).JsonAsync();
        Assert.That(record.GetProperty("reference_image_id").GetString(), Is.EqualTo(id));
    }

    [Test]
    public async Task Generate_WhenAReferenceImageIsNamedForAModelThatTakesNone_IsRejected()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 16, 16));

        var response = await client.GenerateAsync(new { character_description = Robot, reference_image_id = id, model = StubModels.FluxSchnell });

        await response.ProblemOnFieldAsync("reference_image_id", StubModels.FluxSchnell);
        Assert.That(_stub.Creates, Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheClientLeavesAndThatCancels_CancelsWhatRunsAndKeepsWhatSucceeded()
    {
        _stub.Script(p => p.Succeeded()).ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [("GENERATION_ON_DISCONNECT", "cancel")]);
        using var client = api.CreateClient();
        using var leave = new CancellationTokenSource();
        var request = client.PostAsync(
            "/api/mv/generate_character_reference",
            new StringContent(JsonSerializer.Serialize(new { character_description = Robot, num_images = 3 }), System.Text.Encoding.UTF8, "application/json"),
            leave.Token);
        Assert.That(() => States(api.DataRoot).Count(state => state == "Running") == 2 && api.ImageFiles().Count == 1, Is.True.After(10_000, 20));

        await leave.CancelAsync();

        Assert.That(async () => await request, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => _stub.Predictions.Count(prediction => prediction.IsCanceled), Is.EqualTo(2).After(10_000, 20));
        Assert.That(() => States(api.DataRoot).Order(), Is.EqualTo(new[] { "Canceled", "Canceled", "Succeeded" }).After(10_000, 20));
        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenMoreComeThanAreTaken_IsRateLimited()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [("GENERATION_CONCURRENCY", "1"), ("GENERATION_QUEUE", "0"), ("REPLICATE_DEADLINE", "300")]);
        using var client = api.CreateClient();
        var first = client.GenerateAsync(new { character_description = Robot, num_images = 1 });
        Assert.That(() => _stub.Creates.Count, Is.EqualTo(1).After(10_000, 10));

        var second = await client.GenerateAsync(new { character_description = Robot, num_images = 1 });

        await second.ProblemAsync(429, "RateLimited");
        Assert.That(second.Headers.RetryAfter, Is.Not.Null);
        await (await first).ProblemAsync(504, "UpstreamTimedOut");
    }

    [Test]
    public async Task Generate_WhenTheRequestIsNotAcceptable_IsRejectedWithoutWaitingForAPlace()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [("GENERATION_CONCURRENCY", "1"), ("GENERATION_QUEUE", "0"), ("REPLICATE_DEADLINE", "300")]);
        using var client = api.CreateClient();
        var first = client.GenerateAsync(new { character_description = Robot, num_images = 1 });
        Assert.That(() => _stub.Creates.Count, Is.EqualTo(1).After(10_000, 10));

        var second = await client.GenerateAsync(new { character_description = Robot, num_images = 9 });

        await second.ProblemOnFieldAsync("num_images", "1 to 4");
        await (await first).ProblemAsync(504, "UpstreamTimedOut");
    }

    [Test]
    public async Task Generate_WhenAPlaceIsFreeAgain_IsTaken()
    {
        using var api = ApiFactory.With(_stub, settings: [("GENERATION_CONCURRENCY", "1"), ("GENERATION_QUEUE", "1")]);
        using var client = api.CreateClient();

        var responses = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.GenerateAsync(new { character_description = Robot, num_images = 1 })));
        var last = await client.GenerateAsync(new { character_description = Robot, num_images = 1 });

        Assert.That(responses.Append(last).Select(response => (int)response.StatusCode), Is.All.EqualTo(200));
    }

    [Test]
    public async Task Generate_WhenAnythingHappens_NeverLogsTheToken()
    {
        _stub.Script(p => p.RejectsCreate(StubResponse.Unauthenticated)).Script(p => p.ResetsAfterAccept()).Script(p => p.Failed(_stub.Token));
        using var api = ApiFactory.With(
            _stub, settings: [("LOG_LEVEL", "trace"), ("Logging:LogLevel:Microsoft", "Trace"), ("Logging:LogLevel:System.Net.Http", "Trace")]);

        var response = await api.CreateClient().GenerateAsync(new { character_description = Robot });

        var body = await response.Content.ReadAsStringAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(body, Does.Not.Contain(_stub.Token));
            Assert.That(api.Log.Lines, Has.Count.GreaterThan(50));
            Assert.That(api.Log.Lines.Where(line => line.Contains(_stub.Token, StringComparison.Ordinal)), Is.Empty);
        }
    }

    private static List<string> States(string dataRoot)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataRoot, "catalog.db")};Pooling=false;Mode=ReadOnly");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT State FROM generation_slots ORDER BY \"Key\"";
        using var reader = select.ExecuteReader();
        var states = new List<string>();
        while (reader.Read())
        {
            states.Add(reader.GetString(0));
        }

        return states;
    }
}
