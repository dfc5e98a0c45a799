using System.Text;
using System.Text.Json;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Generations;

/// <summary>Generations over HTTP, with Replicate's stub behind the service.</summary>
[Category("Api")]
internal sealed class GenerationApiTests
{
    private static readonly (string, string)[] s_patient = [("REPLICATE_DEADLINE", "86400")];
    private static readonly (string, string)[] s_priced = [("MODEL_PRICES", $"{StubModels.FluxPro}=0.04")];

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
    public async Task Generate_WhenAsyncIsPreferred_IsAcceptedAtOnceWithTheGeneration()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);

        var response = await api.CreateClient().GenerateAsync(Body(numImages: 2), "respond-async");

        Assert.That((int)response.StatusCode, Is.EqualTo(202));
        var generation = await response.JsonAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo($"/api/mv/generations/{generation.Text("id")}"));
            Assert.That(response.Header("Preference-Applied"), Is.EqualTo("respond-async"));
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(response.Header("Idempotent-Replayed"), Is.Empty);
            Assert.That(generation.Text("status"), Is.EqualTo("queued").Or.EqualTo("running"));
            Assert.That(generation.UrlOf("self"), Is.EqualTo(response.Headers.Location?.OriginalString));
            Assert.That(generation.GetProperty("num_images_requested").GetInt32(), Is.EqualTo(2));
            Assert.That(generation.GetProperty("slots").GetArrayLength(), Is.EqualTo(2));
            Assert.That(generation.GetProperty("completed_at").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(generation.GetProperty("retried_from").ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public async Task Generate_WhenItEndsWithinTheWait_RespondsInFull()
    {
        _stub.ByDefault(p => p.Succeeded());
        using var api = ApiFactory.With(_stub);
        api.Clock = TimeProvider.System;

        var response = await api.CreateClient().GenerateAsync(Body(), "respond-async, wait=60");

        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        var body = await response.JsonAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(body.GetProperty("images")[0].GetProperty("base64").GetBytesFromBase64(), Is.Not.Empty);
            Assert.That(response.Header("Preference-Applied"), Is.EqualTo("respond-async, wait=60"));
            Assert.That(response.Headers.Location?.OriginalString, Does.EndWith(body.GetProperty("metadata").Text("generation_id")));
        }
    }

    [Test]
    public async Task Generate_WhenItDoesNotEndWithinTheWait_IsAccepted()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);

        var response = await api.CreateClient().GenerateAsync(Body(), "respond-async, wait=1");

        Assert.That((int)response.StatusCode, Is.EqualTo(202));
        Assert.That(response.Header("Preference-Applied"), Is.EqualTo("respond-async, wait=1"));
    }

    [Test]
    public async Task Generate_WhenItFailsWithinTheWait_ReturnsTheGeneration()
    {
        _stub.ByDefault(p => p.Failed("It broke."));
        using var api = ApiFactory.With(_stub);
        api.Clock = TimeProvider.System;

        var response = await api.CreateClient().GenerateAsync(Body(), "respond-async, wait=60");

        Assert.That((int)response.StatusCode, Is.EqualTo(202));
        var generation = await response.JsonAsync();
        Assert.That(generation.Text("status"), Is.EqualTo("failed"));
        Assert.That(generation.GetProperty("failures")[0].Text("error"), Is.EqualTo("UpstreamFailed"));
        Assert.That(response.Header("Preference-Applied"), Is.EqualTo("respond-async, wait=60"));
        Assert.That(response.Headers.RetryAfter, Is.Null, "it is final");
    }

    [TestCase("failed")]
    [TestCase("canceled")]
    public async Task Generate_WhenTheKeyIsSentAgainAfterAnEndWithoutAnImage_ReturnsTheGeneration(string status)
    {
        // Paid, so that the key is not free again.
        _stub.ByDefault(p => _ = status == "failed" ? p.OutputsAt("https://evil.example/image.png") : p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);
        using var client = api.CreateClient();
        var started = await (await client.GenerateAsync(Body(), "respond-async", "key-1")).JsonAsync();
        if (status == "canceled")
        {
            await client.UntilAsync(started, generation => generation.GetProperty("slots")[0].Text("state") == "running");
            await client.PostAsync(started.UrlOf("cancel"), null);
        }

        await client.UntilFinalAsync(started);
        var replay = await client.GenerateAsync(Body(), "respond-async", "key-1");
        var blocking = await client.GenerateAsync(Body(), null, "key-1");

        Assert.That(((int)replay.StatusCode, (int)blocking.StatusCode), Is.EqualTo((202, status == "failed" ? 502 : 409)));
        var generation = await replay.JsonAsync();
        Assert.That((generation.Text("id"), generation.Text("status")), Is.EqualTo((started.Text("id"), status)));
        Assert.That(replay.Header("Idempotent-Replayed"), Is.EqualTo("true"));
        Assert.That(replay.Headers.RetryAfter, Is.Null, "it is final");
    }

    [TestCase(null)]
    [TestCase("wait=1")]
    [TestCase("return=minimal")]
    public async Task Generate_WhenAsyncIsNotPreferred_WaitsAndNamesTheGeneration(string? prefer)
    {
        using var api = ApiFactory.With(_stub);

        var response = await api.CreateClient().GenerateAsync(Body(), prefer);

        var body = await response.JsonAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo($"/api/mv/generations/{body.GetProperty("metadata").Text("generation_id")}"));
        Assert.That(response.Header("Preference-Applied"), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenEveryImageFails_NamesTheGenerationInTheProblemToo()
    {
        _stub.Script(p => p.Failed(PredictionScript.Sensitive));
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();

        var response = await client.GenerateAsync(Body());

        await response.ProblemAsync(422, "GenerationRejected");
        var generation = await (await client.GetAsync(response.Headers.Location)).JsonAsync();
        Assert.That(generation.Text("status"), Is.EqualTo("failed"));
    }

    [Test]
    public async Task GetGeneration_WhenImagesAreStored_ShowsThemAsTheyAreStored()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [.. s_patient, .. s_priced]);
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body(numImages: 2));

        var half = await client.UntilAsync(started, generation => generation.GetProperty("images").GetArrayLength() == 1);
        Finish(1);
        var done = await client.UntilFinalAsync(started);

        Assert.That(half.Text("status"), Is.EqualTo("running"));
        Assert.That(half.GetProperty("slots").EnumerateArray().Select(slot => slot.Text("state")), Has.One.EqualTo("succeeded"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Text("status"), Is.EqualTo("succeeded"));
            Assert.That(done.GetProperty("revision").GetInt64(), Is.GreaterThan(half.GetProperty("revision").GetInt64()));
            Assert.That(done.GetProperty("cost_estimate_usd").GetDecimal(), Is.EqualTo(0.08m));
            Assert.That(done.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("base64").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
            Assert.That(done.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("seed").GetInt32()), Is.EqualTo([7, 8]));
            Assert.That(done.GetProperty("failures").GetArrayLength(), Is.Zero);
        }

        foreach (var image in done.GetProperty("images").EnumerateArray())
        {
            Assert.That(await client.GetByteArrayAsync(image.GetProperty("derivatives").Text("thumb")), Is.Not.Empty);
            Assert.That(await client.GetByteArrayAsync(image.GetProperty("derivatives").Text("preview")), Is.Not.Empty);
        }

        foreach (var slot in done.GetProperty("slots").EnumerateArray())
        {
            Assert.That(_stub.Predictions.Select(prediction => prediction.Id), Does.Contain(slot.Text("prediction_id")));
            Assert.That(await client.GetByteArrayAsync(slot.Text("content_url")), Is.Not.Empty);
        }
    }

    [Test]
    public async Task GetGeneration_WhenThereIsNone_IsNotFound()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var url = $"/api/mv/generations/{Guid.NewGuid()}";

        await (await client.GetAsync(url)).ProblemAsync(404, "NotFound");
        await (await client.PostAsync($"{url}/cancel", null)).ProblemAsync(404, "NotFound");
        await (await client.PostAsync($"{url}/retry", null)).ProblemAsync(404, "NotFound");
        await (await client.GetAsync("/api/mv/generations/none")).ProblemAsync(400, "ValidationError");
    }

    [Test]
    public async Task ListGenerations_WhenThereAreSeveral_ReturnsPagesNewestFirst()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.Failed("It broke.")).Script(p => p.Succeeded());
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, (await client.UntilFinalAsync(await client.StartedAsync(Body()))).Text("id"));
        }

        var first = await (await client.GetAsync("/api/mv/generations?limit=2")).JsonAsync();
        var second = await (await client.GetAsync($"/api/mv/generations?limit=2&cursor={first.Text("next_cursor")}")).JsonAsync();
        var failed = await (await client.GetAsync("/api/mv/generations?status=failed")).JsonAsync();
        var running = await (await client.GetAsync("/api/mv/generations?status=running")).JsonAsync();

        Assert.That(Ids(first).Concat(Ids(second)), Is.EqualTo(ids));
        Assert.That(second.GetProperty("next_cursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Ids(failed), Is.EqualTo([ids[1]]));
        Assert.That(Ids(running), Is.Empty);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=101", "limit")]
    [TestCase("cursor=x", "cursor")]
    [TestCase("status=done", "status")]
    public async Task ListGenerations_WhenAMemberIsNotAllowed_NamesIt(string query, string field)
    {
        using var api = new ApiFactory();

        await (await api.CreateClient().GetAsync($"/api/mv/generations?{query}")).ProblemOnFieldAsync(field);
    }

    [Test]
    public async Task Cancel_WhenItRuns_IsCancelingThenCanceledAndKeepsImages()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body(numImages: 2));
        await client.UntilAsync(started, generation => generation.GetProperty("images").GetArrayLength() == 1 && _stub.Predictions.Count == 2
            && generation.GetProperty("slots").EnumerateArray().All(slot => slot.GetProperty("prediction_id").ValueKind is JsonValueKind.String));

        var canceling = await (await client.PostAsync(started.UrlOf("cancel"), null)).JsonAsync();
        var canceled = await client.UntilFinalAsync(started);
        var again = await (await client.PostAsync(started.UrlOf("cancel"), null)).JsonAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(canceling.Text("status"), Is.EqualTo("canceling"));
            Assert.That(canceled.Text("status"), Is.EqualTo("canceled"));
            Assert.That(canceled.GetProperty("slots").EnumerateArray().Select(slot => slot.Text("state")), Is.EquivalentTo(["succeeded", "canceled"]));
            Assert.That(canceled.GetProperty("failures")[0].Text("error"), Is.EqualTo("Canceled"));
            Assert.That(_stub.Predictions.Select(prediction => prediction.IsCanceled), Is.EquivalentTo([false, true]));
            Assert.That(again.GetProperty("revision").GetInt64(), Is.EqualTo(canceled.GetProperty("revision").GetInt64()), "no effect on a finished one");
        }
    }

    [Test]
    public async Task Retry_WhenSlotsFailed_GeneratesThemAgain()
    {
        _stub.Script(p => p.Failed("It broke.")).ByDefault(p => p.Succeeded());
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var first = await client.UntilFinalAsync(await client.StartedAsync(Body(numImages: 3)));
        var seed = first.GetProperty("slots").EnumerateArray().Single(slot => slot.Text("state") == "failed").GetProperty("seed").GetInt32();

        var response = await client.PostAsync($"{first.UrlOf("self")}/retry", null);

        Assert.That((int)response.StatusCode, Is.EqualTo(202));
        var second = await client.UntilFinalAsync(await response.JsonAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Text("status"), Is.EqualTo("partial"));
            Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo(second.UrlOf("self")));
            Assert.That(second.Text("retried_from"), Is.EqualTo(first.Text("id")));
            Assert.That(second.Text("status"), Is.EqualTo("succeeded"));
            Assert.That(second.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("seed").GetInt32()), Is.EqualTo([seed]));
            Assert.That(_stub.Creates, Has.Count.EqualTo(4));
        }

        await (await client.PostAsync($"{second.UrlOf("self")}/retry", null)).ProblemAsync(409, "Conflict");
    }

    [Test]
    public async Task Retry_WhenTheKeyIsTheSame_StartsOneGeneration()
    {
        _stub.Script(p => p.Failed("It broke.")).ByDefault(p => p.Succeeded());
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        var first = await client.UntilFinalAsync(await client.StartedAsync(Body()));

        var retries = new List<HttpResponseMessage>
        {
            await client.PostAsync($"{first.UrlOf("self")}/retry", null, null, "again"),
            await client.PostAsync($"{first.UrlOf("self")}/retry", null, null, "again"),
        };

        Assert.That(retries.Select(response => response.Headers.Location).Distinct().Count(), Is.EqualTo(1));
        Assert.That(retries.Select(response => response.Header("Idempotent-Replayed")), Is.EqualTo(["", "true"]));
    }

    [Test]
    public async Task Retry_WhenItStillRuns_IsAConflict()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);
        using var client = api.CreateClient();
        var started = await client.StartedAsync(Body());

        await (await client.PostAsync($"{started.UrlOf("self")}/retry", null)).ProblemAsync(409, "Conflict");
    }

    [Test]
    public async Task Generate_WhenTheKeyIsSentAgainWhileItRuns_JoinsTheGeneration()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: s_patient);
        using var client = api.CreateClient();
        var started = await (await client.GenerateAsync(Body(), "respond-async", "key-1")).JsonAsync();

        var joined = client.GenerateAsync(Body(), null, "key-1");
        var replay = await client.GenerateAsync(Body(), "respond-async", "\"key-1\"");
        await client.UntilAsync(started, _ => _stub.Predictions.Count == 1);
        Finish(0);

        Assert.That((int)replay.StatusCode, Is.EqualTo(202));
        Assert.That(replay.Header("Idempotent-Replayed"), Is.EqualTo("true"), "quoted and bare are the same key");
        var response = await joined;
        Assert.That(response.Header("Idempotent-Replayed"), Is.EqualTo("true"));
        Assert.That((await response.JsonAsync()).GetProperty("metadata").Text("generation_id"), Is.EqualTo(started.Text("id")));
        Assert.That((int)(await client.GenerateAsync(Body(), "respond-async", "key-1")).StatusCode, Is.EqualTo(200), "in full when it is final");
        Assert.That(_stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenTheKeyBelongsToAnotherBody_IsRejectedBeforeAnythingElse()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        await (await client.GenerateAsync(Body(), null, "key-1")).JsonAsync();

        await (await client.GenerateAsync(Body(numImages: 2), null, "key-1")).ProblemAsync(422, "IdempotencyKeyReused");
        await (await client.GenerateAsync(new { character_description = "A", model = "no/such" }, null, "key-1")).ProblemAsync(422, "IdempotencyKeyReused");
        await (await client.GenerateAsync(Body(numImages: 9), null, "key-1")).ProblemAsync(422, "IdempotencyKeyReused");
        await (await client.GenerateAsync(new { no_such = 1 }, null, "key-1")).ProblemAsync(422, "IdempotencyKeyReused");
        await (await client.GenerateAsync(Body(numImages: 9), null, "key-2")).ProblemOnFieldAsync("num_images", "1 to 4");
        Assert.That(_stub.Creates, Has.Count.EqualTo(1));
    }

    [TestCase("0.5", "0.50")]
    [TestCase("0.5", "5e-1")]
    [TestCase("0", "0.000")]
    [TestCase("100", "1e2")]
    public async Task Generate_WhenANumberIsWrittenOtherwise_IsTheSameRequest(string first, string second)
    {
        using var api = ApiFactory.With(_stub, settings: ("MODEL_PRICES", $"{StubModels.FluxPro}=0"));
        using var client = api.CreateClient();

        var responses = new List<HttpResponseMessage> { await SendAsync(first), await SendAsync(second) };

        Assert.That(responses.Select(response => (int)response.StatusCode), Is.All.EqualTo(200));
        Assert.That(responses.Select(response => response.Header("Idempotent-Replayed")), Is.EqualTo(["", "true"]));

        Task<HttpResponseMessage> SendAsync(string cost) => client.PostAsync(
            "/api/mv/generate_character_reference",
            new StringContent($$"""{"character_description":"A robot","max_cost_usd":{{cost}}}""", Encoding.UTF8, "application/json"), null, "key-1");
    }

    private static IEnumerable<TestCaseData> BadKeys()
    {
        yield return Case("empty quotes", "\"\"");
        yield return Case("256 characters", new string('k', 256));
        yield return Case("a control character", "a\u0001b");
        yield return Case("not ASCII", "schlüssel");
        yield return Case("two headers", "a", "b");

        static TestCaseData Case(string name, params string[] keys) => new TestCaseData([keys]).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(BadKeys))]
    public async Task Generate_WhenTheKeyIsNotAllowed_NamesTheHeader(string[] keys)
    {
        using var api = ApiFactory.With(_stub);

        await (await api.CreateClient().GenerateAsync(Body(), null, keys)).ProblemOnFieldAsync("Idempotency-Key", "255");
        Assert.That(_stub.Creates, Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheKeyIsNotUtf8_NamesTheHeader()
    {
        using var api = ApiFactory.With(_stub);
        api.ListenOnLoopback();
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        using var client = new HttpClient(handler) { BaseAddress = api.CreateClient().BaseAddress };

        await (await client.GenerateAsync(Body(), null, "schlüssel")).ProblemOnFieldAsync("Idempotency-Key", "255");
        Assert.That(_stub.Creates, Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheKeyIsEmpty_NamesTheHeader()
    {
        using var api = ApiFactory.With(_stub);
        api.ListenOnLoopback(); // the server in memory drops a header without a value

        await (await api.CreateClient().GenerateAsync(Body(), null, "")).ProblemOnFieldAsync("Idempotency-Key", "255");
        Assert.That(_stub.Creates, Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheKeyHas255Characters_IsAccepted()
    {
        using var api = ApiFactory.With(_stub);

        var response = await api.CreateClient().GenerateAsync(Body(), null, new string('k', 255));

        Assert.That((int)response.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task Generate_WhenFiftyEqualRequestsComeAtOnce_StartsOneGeneration()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GenerateAsync(Body(), null, "key-1")));

        Assert.That(responses.Select(response => (int)response.StatusCode), Is.All.EqualTo(200));
        Assert.That(responses.Select(response => response.Headers.Location).Distinct().Count(), Is.EqualTo(1));
        Assert.That(responses.Count(response => response.Header("Idempotent-Replayed") == "true"), Is.EqualTo(49));
        Assert.That(_stub.Creates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenTheFirstRequestWasNotValid_TheKeyIsFree()
    {
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        await (await client.GenerateAsync(Body(numImages: 9), null, "key-1")).ProblemAsync(400, "ValidationError");
        await (await client.GenerateAsync(new { character_description = "A", model = "no/such" }, null, "key-1")).ProblemAsync(400, "ValidationError");

        var response = await client.GenerateAsync(Body(), null, "key-1");

        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Header("Idempotent-Replayed"), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheFirstEndedWithNothingPaid_TheKeyIsFree()
    {
        _stub.Script(p => p.RejectsCreate(StubResponse.NoCredit));
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();
        await (await client.GenerateAsync(Body(), null, "key-1")).ProblemAsync(503, "ConfigurationError");

        var response = await client.GenerateAsync(Body(numImages: 2), null, "key-1");

        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Header("Idempotent-Replayed"), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenKeysBelongToDifferentApiKeys_AreDifferent()
    {
        using var api = ApiFactory.With(_stub, settings: [("API_KEY", "first-secret,second-secret")]);
        using var first = api.CreateClient();
        using var second = api.CreateClient();
        first.DefaultRequestHeaders.Add("X-API-Key", "first-secret");
        second.DefaultRequestHeaders.Add("X-API-Key", "second-secret");

        await (await first.GenerateAsync(Body(), null, "key-1")).JsonAsync();
        var other = await second.GenerateAsync(Body(numImages: 2), null, "key-1");

        Assert.That((int)other.StatusCode, Is.EqualTo(200));
    }

    [TestCase("continue", "succeeded")]
    [TestCase("cancel", "canceled")]
    public async Task Generate_WhenTheClientLeaves_EndsAsConfigured(string setting, string status)
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [.. s_patient, ("GENERATION_ON_DISCONNECT", setting)]);
        using var client = api.CreateClient();
        using var leave = new CancellationTokenSource();
        var request = client.PostAsync("/api/mv/generate_character_reference", System.Net.Http.Json.JsonContent.Create(Body()), leave.Token);
        Assert.That(() => _stub.Predictions.Count, Is.EqualTo(1).After(30_000, 10));
        var open = (await (await client.GetAsync("/api/mv/generations")).JsonAsync()).GetProperty("items")[0];
        await client.UntilAsync(open, generation => generation.GetProperty("slots")[0].Text("state") == "running");

        await leave.CancelAsync();
        Assert.That(async () => await request, Throws.InstanceOf<OperationCanceledException>());
        if (status == "succeeded")
        {
            Finish(0);
        }

        Assert.That((await client.UntilFinalAsync(open)).Text("status"), Is.EqualTo(status));
    }

    [Test]
    public async Task Generate_WhenAClientThatJoinedLeaves_CancelsNothing()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var api = ApiFactory.With(_stub, settings: [.. s_patient, ("GENERATION_ON_DISCONNECT", "cancel"), ("LOG_LEVEL", "information")]);
        using var client = api.CreateClient();
        var started = await (await client.GenerateAsync(Body(), "respond-async", "key-1")).JsonAsync();
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/mv/generate_character_reference")
        {
            Content = System.Net.Http.Json.JsonContent.Create(Body()),
            Headers = { { "Idempotency-Key", "key-1" } },
        };
        var joined = client.SendAsync(request, leave.Token);
        var feed = api.Services.GetRequiredService<GenerationFeed>();
        await Condition.UntilAsync(() => feed.IsWatched(new GenerationId(started.GetProperty("id").GetGuid())) && _stub.Predictions.Count == 1);

        await leave.CancelAsync();
        Assert.That(async () => await joined, Throws.InstanceOf<OperationCanceledException>());
        await Condition.UntilAsync(() => api.Log.Lines.Count(line => line.Contains("POST /api/mv/generate", StringComparison.Ordinal)) == 2);
        Finish(0);

        Assert.That((await client.UntilFinalAsync(started)).Text("status"), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task Generate_WhenItMayCostMoreThanItsLimit_IsRejectedAndPaysNothing()
    {
        using var api = ApiFactory.With(_stub, settings: s_priced);
        using var client = api.CreateClient();

        var problem = await (await client.GenerateAsync(
            new { character_description = "A", num_images = 2, max_cost_usd = 0.07 })).ProblemAsync(402, "BudgetExceeded");
        var accepted = await client.GenerateAsync(new { character_description = "A", num_images = 2, max_cost_usd = 0.08 });

        Assert.That(problem.Text("detail"), Does.Contain("max_cost_usd").And.Contain("0.08").And.Contain("nothing was paid"));
        Assert.That((int)accepted.StatusCode, Is.EqualTo(200));
        Assert.That(_stub.Creates, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Generate_WhenTheModelHasNoPrice_CannotKeepALimit()
    {
        using var api = ApiFactory.With(_stub);

        var problem = await (await api.CreateClient().GenerateAsync(new { character_description = "A", max_cost_usd = 1 })).ProblemAsync(402, "BudgetExceeded");

        Assert.That(problem.Text("detail"), Does.Contain("MODEL_PRICES").And.Contain(StubModels.FluxPro));
        Assert.That(_stub.Creates, Is.Empty);
    }

    [Test]
    public async Task Generate_WhenTheBudgetOfTheDayIsSpent_IsRejectedAndNamesTheVariable()
    {
        using var api = ApiFactory.With(_stub, settings: [.. s_priced, ("BUDGET_USD_PER_DAY", "0.10")]);
        using var client = api.CreateClient();
        await (await client.GenerateAsync(Body(numImages: 2))).JsonAsync();

        var problem = await (await client.GenerateAsync(Body())).ProblemAsync(402, "BudgetExceeded");

        Assert.That(problem.Text("detail"), Does.Contain("BUDGET_USD_PER_DAY").And.Contain("0.08").And.Contain("0.1 USD"));
        Assert.That(_stub.Creates, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task GetUsage_WhenImagesWereGenerated_SumsThemByDayAndModel()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.OutputsAt("https://evil.example/image.png")).Script(p => p.RejectsCreate(StubResponse.NoCredit));
        using var api = ApiFactory.With(_stub, settings: s_priced);
        using var client = api.CreateClient();
        await client.UntilFinalAsync(await client.StartedAsync(Body(numImages: 3)));

        var usage = await (await client.GetAsync("/api/mv/usage")).JsonAsync();
        var past = await (await client.GetAsync("/api/mv/usage?from=2020-01-01&to=2020-01-31")).JsonAsync();

        var day = usage.GetProperty("days").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(day.Text("model"), Is.EqualTo(StubModels.FluxPro));
            Assert.That(day.Text("day"), Is.EqualTo(usage.Text("to")));
            Assert.That(day.GetProperty("images").GetInt32(), Is.EqualTo(1));
            Assert.That(day.GetProperty("images_paid").GetInt32(), Is.EqualTo(2));
            Assert.That(day.GetProperty("cost_usd").GetDecimal(), Is.EqualTo(0.08m));
            Assert.That(usage.GetProperty("total_cost_usd").GetDecimal(), Is.EqualTo(0.08m));
            Assert.That(past.GetProperty("days").GetArrayLength(), Is.Zero);
            Assert.That(
                usage.GetProperty("rate_limit").GetRawText(), Is.EqualTo("""{"requests_per_second":null,"waiting":0,"rejected_until":null}"""));
        }

        await (await client.GetAsync("/api/mv/usage?from=2026-02-01&to=2026-01-01")).ProblemOnFieldAsync("from");
        await (await client.GetAsync("/api/mv/usage?from=yesterday")).ProblemAsync(400, "ValidationError");
    }

    [Test]
    public async Task Generate_WhenSlotsFail_SaysWhichWerePaid()
    {
        _stub.Script(p => p.Succeeded()).Script(p => p.OutputsAt("https://evil.example/image.png")).Script(p => p.Failed("It broke."));
        using var api = ApiFactory.With(_stub);

        var response = await (await api.CreateClient().GenerateAsync(Body(numImages: 3))).JsonAsync();

        var failures = response.GetProperty("metadata").GetProperty("failures").EnumerateArray();
        Assert.That(
            failures.Select(
                failure => (failure.Text("detail").Contains("REPLICATE_OUTPUT_HOSTS", StringComparison.Ordinal), failure.GetProperty("paid").GetBoolean())),
            Is.EquivalentTo([(true, true), (false, false)]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Generate_WhenTheOnlySlotFails_SaysWhetherItWasPaid(bool isPaid)
    {
        _stub.Script(p => _ = isPaid ? p.OutputsAt("https://evil.example/image.png") : p.Failed("It broke."));
        using var api = ApiFactory.With(_stub);

        var problem = await (await api.CreateClient().GenerateAsync(Body())).ProblemAsync(502, "UpstreamFailed");

        Assert.That(problem.TryGetProperty("paid", out var paid) && paid.GetBoolean(), Is.EqualTo(isPaid));
    }

    [TestCase("""["URL","URL?2","URL?3"]""")]
    [TestCase("""{"image":"URL","images":["URL?2"],"url":"URL?3"}""")]
    [TestCase("""[{"url":"URL"},{"url":"URL?2","seed":7},{"url":"URL?3"}]""")]
    [TestCase("""{"images":["URL","URL?2",{"image":"URL?3"}],"prompt":"a: b"}""")]
    public async Task Generate_WhenAPredictionHasThreeImages_KeepsOneAndNamesTheOthers(string output)
    {
        _stub.ByDefault(p => p.OutputsJson(output));
        using var api = ApiFactory.With(_stub);
        using var client = api.CreateClient();

        var response = await (await client.GenerateAsync(Body(numImages: 2))).JsonAsync();

        var resource = await (await client.GetAsync($"/api/mv/generations/{response.GetProperty("metadata").Text("generation_id")}")).JsonAsync();
        var failures = response.GetProperty("metadata").GetProperty("failures");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.GetProperty("images").GetArrayLength(), Is.EqualTo(2));
            Assert.That(
                failures.EnumerateArray().Select(
                    failure => (failure.GetProperty("index").GetInt32(), failure.Text("error"), failure.GetProperty("paid").GetBoolean())),
                Is.EqualTo([(0, "ExtraOutput", true), (0, "ExtraOutput", true), (1, "ExtraOutput", true), (1, "ExtraOutput", true)]));
            Assert.That(failures.EnumerateArray().Select(failure => failure.Text("detail")).Distinct().Count(), Is.EqualTo(2), "each names its image");
            Assert.That(failures.GetRawText(), Does.Contain("3 images").And.Contain("image 1 of the 2 others").And.Contain("image 2 of the 2 others"));
            Assert.That(failures.GetRawText(), Does.Not.Contain(_stub.OutputHost));
            Assert.That(resource.GetProperty("failures").GetRawText(), Is.EqualTo(failures.GetRawText()));
            Assert.That(resource.Text("status"), Is.EqualTo("succeeded"));
            Assert.That(resource.GetProperty("slots").EnumerateArray().Select(slot => slot.Text("detail")), Is.All.Null);
        }
    }

    [Test]
    public async Task Generate_WhenSeveralReferenceImagesAreNamed_SendsThemInOrderAndRecordsThem()
    {
        _stub.ByDefault(p => p.Succeeded());
        using var api = ApiFactory.With(_stub, settings: ("REPLICATE_ALLOWED_MODELS", StubModels.NanoBanana));
        api.Clock = TimeProvider.System; // its timeouts hold on a busy machine
        using var client = api.CreateClient();
        string[] bytes = ["", ""];
        string[] ids = ["", ""];
        for (var i = 0; i < ids.Length; i++)
        {
            var image = TestImages.Solid(ImageFormat.Png, 8 + i, 8);
            (ids[i], bytes[i]) = (await client.UploadedIdAsync(image), Convert.ToBase64String(image));
        }

        var response = await client.GenerateAsync(
            new { character_description = "A robot", num_images = 1, model = StubModels.NanoBanana, reference_image_ids = ids });

        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync());
        Assert.That(
            _stub.Creates.Single().Input.GetProperty("image_input").EnumerateArray().Select(url => url.GetString()!.Split(',')[1]), Is.EqualTo(bytes));
        var resource = await (await client.GetAsync(response.Headers.Location)).JsonAsync();
        Assert.That(resource.GetProperty("reference_image_ids").EnumerateArray().Select(id => id.GetString()), Is.EqualTo(ids));
    }

    [Test]
    public async Task Generate_WhenNoneOfSeveralImagesIsUsable_IsTheProblemOfTheFirst()
    {
        _stub.ByDefault(p => p.OutputsJson("""["https://evil.example/1.png","https://evil.example/2.png"]"""));
        using var api = ApiFactory.With(_stub);

        var problem = await (await api.CreateClient().GenerateAsync(Body())).ProblemAsync(502, "UpstreamFailed");

        Assert.That(problem.Text("detail"), Does.Contain("REPLICATE_OUTPUT_HOSTS"));
    }

    [Test]
    public async Task Restart_WhenAGenerationIsOpen_ContinuesItWithoutPayingAgain()
    {
        _stub.ByDefault(p => p.NeverEnds());
        using var root = new TempDirectory();
        JsonElement started;
        using (var before = ApiFactory.With(_stub, root.FullPath, s_patient))
        {
            using var client = before.CreateClient();
            started = await client.StartedAsync(Body(numImages: 2));
            await client.UntilAsync(started, generation => generation.GetProperty("slots").EnumerateArray().All(slot => slot.Text("state") == "running"));
        }

        Finish(0);
        Finish(1);
        using var after = ApiFactory.With(_stub, root.FullPath, s_patient);
        using var other = after.CreateClient();

        Assert.That((await other.UntilFinalAsync(started)).Text("status"), Is.EqualTo("succeeded"));
        Assert.That(_stub.Creates, Has.Count.EqualTo(2));
        Assert.That(_stub.CancelCount, Is.Zero);
    }

    private static object Body(int numImages = 1) => new { character_description = "A robot", num_images = numImages, seed = 7 };

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.Text("id"));

    /// <summary>Lets a prediction that never ends succeed.</summary>
    private void Finish(int index) => _stub.Predictions.ElementAt(index).Script.Succeeded();
}
