using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.OpenApi;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api.OpenApi;

/// <summary>Sends each operation the request whose error the OpenAPI document shows, and compares the whole body with the example.</summary>
[Category("Api")]
internal sealed partial class ErrorExamplesTests
{
    private const int DiskError = 10;
    private const int DiskFull = 13;
    private static readonly JobId s_job = JobId.TryParse("video-42", out var job) ? job : default;

    private const string ShownImage = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44";
    private const string ShownGeneration = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40";

    private static readonly string[] s_ofGenerations =
        ["BudgetExceeded", "GenerationRejected", "IdempotencyKeyReused", "RateLimited", "UpstreamFailed", "UpstreamTimedOut"];

    /// <summary>Codes whose examples are compared for each operation that shows one.</summary>
    private static readonly string[] s_provoked =
    [
        .. s_ofGenerations, "ValidationError", "Unauthorized", "Forbidden", "NotFound", "PayloadTooLarge", "UnsupportedMediaType", "InternalError",
        "ConfigurationError", "StorageUnavailable", "Overloaded", "Conflict",
    ];

    [Test]
    public async Task Examples_WhenListed_AreOfCodesThatATestProvokes()
    {
        using var api = new ApiFactory();

        var examples = await ErrorExample.ReadAsync(api.CreateClient());

        Assert.That(examples, Has.Count.GreaterThan(300));
        Assert.That(examples.Select(example => example.Code).Distinct(), Is.EquivalentTo(s_provoked));
    }

    [Test]
    public async Task Example_WhenTheRequestIsInvalid_IsTheResponse()
    {
        using var api = new ApiFactory(settings: ("ALLOWED_HOSTS", "localhost"));
        var check = await Check.BeginAsync(api);

        await check.AllAsync("ValidationError", example => example.ToRequest(isInvalid: true));
        await check.AllAsync("NotFound", example => example.ToRequest());
        await check.AllAsync("Forbidden", example => With(example.ToRequest(), request => request.Headers.Host = "example.org"));
        await check.AllAsync("UnsupportedMediaType", example => With(example.ToRequest(), request => request.Content = new StringContent("x")
        {
            Headers = { ContentType = new("text/plain") },
        }));

        check.AssertSame();
    }

    [Test]
    public async Task Example_WhenTheKeyIsMissing_IsTheResponse()
    {
        using var api = new ApiFactory(settings: ("API_KEY", "sesame"));
        var check = await Check.BeginAsync(api);

        await check.AllAsync("Unauthorized", example => IsOfHook(example) ? null : example.ToRequest());

        check.AssertSame();
    }

    [Test]
    public async Task Example_WhenTheBodyIsTooLarge_IsTheResponse()
    {
        using var api = new ApiFactory();
        api.ListenOnLoopback();
        using var client = api.CreateClientThatAsks();
        var check = await Check.BeginAsync(api, client);

        await check.AllAsync("PayloadTooLarge", example => IsOfHook(example) ? null : With(example.ToRequest(), request => Announce(example, request)));

        check.AssertSame();
    }

    [Test]
    public async Task Example_WhenAPartOfTheServiceFails_IsTheResponse()
    {
        var faults = new SwitchedFaults();
        using var api = new ApiFactory { Registrations = services => AddUploads(faults.Register(services)) };
        using var client = api.CreateClient();
        var check = await Check.BeginAsync(api, client);
        var signed = api.Services.GetRequiredService<IAssetUrlSigner>()
            .Sign(AssetKey.Parse("character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"), TimeSpan.FromHours(1)).Url;
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await (await client.PostAsJsonAsync("/api/mv/jobs/video-43/character_references", new { image_ids = new[] { id } })).JsonAsync();
        check.Replace(id, ShownImage);
        check.Replace("video-43", "video-42");

        faults.OfActions = new InvalidOperationException("boom");
        await check.AllAsync("InternalError", example => example.ToRequest());
        faults.OfActions = null;

        faults.OfStore = new AssetStoreUnavailableException(S3Credentials.NotFound, AssetStoreFault.NoCredentials);
        await check.AllAsync("ConfigurationError", example => IsOfReplicate(example) ? null : ToRequest(example));

        faults.OfStore = new AssetStoreUnavailableException(
            "The store does not accept connections. Check that it runs, and S3_ENDPOINT.", AssetStoreFault.Unreachable);
        await check.AnyAsync("StorageUnavailable", example => example.Operation == "replaceJobFile" ? null : ToRequest(example));
        faults.OfStore = null;

        faults.OfWorkspaces = new LocalStorageException("The workspace could not be read: the disk reported an error.");
        await check.AnyAsync("StorageUnavailable", ToRequest);
        faults.OfWorkspaces = null;

        foreach (var (code, failsReads) in new[] { (DiskError, true), (DiskFull, false) })
        {
            (faults.OfCatalog, faults.FailsReads) = (code, failsReads);
            await check.AnyAsync("StorageUnavailable", ToRequest);
        }

        check.AssertSame();

        HttpRequestMessage? ToRequest(ErrorExample example) => IsOfHook(example) ? null : example.Operation switch
        {
            "getSignedAsset" => new HttpRequestMessage(HttpMethod.Get, signed),
            "removeJobCharacterReference" => new HttpRequestMessage(HttpMethod.Delete, $"/api/mv/jobs/video-43/character_references/{id}"),
            "generateCharacterReference" => With(
                example.ToRequest(), request => request.Content = JsonContent.Create(new { character_description = "A robot", num_images = 1 })),
            _ => example.ToRequest(),
        };
    }

    [Test]
    public async Task Example_WhenAnotherRequestIsInTheWay_IsTheResponse()
    {
        using var api = new ApiFactory
        {
            Registrations = services =>
            {
                AddUploads(services);
                services.AddSingleton<IDerivativeRenderer>(
                    new VipsDerivativeRenderer(new ImageDecodingOptions { Timeout = TimeSpan.Zero }, TimeProvider.System));
            },
        };
        using var client = api.CreateClient();
        var store = api.Services.GetRequiredService<IAssetStore>();
        var check = await Check.BeginAsync(api, client);
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        Assert.That(CharacterReferenceId.TryParse(id, out var imageId), Is.True);
        var other = AssetContent.FromBytes("other"u8.ToArray(), "image/png");
        check.Replace(id, ShownImage);

        await store.SaveAsync(AssetLayout.JobReference(s_job, imageId, ImageFormat.Png), other, default);
        await check.OneAsync("persistCharacterReference", "Conflict", example => With(
            OfImage(example), request => request.Content = JsonContent.Create(new { job_id = "video-42" })));
        await check.OneAsync("associateCharacterReferences", "Conflict", example => With(
            example.ToRequest(), request => request.Content = JsonContent.Create(new { image_ids = new[] { id } })));
        check.Replace("preview.webp", "thumb.webp"); // a request renders only previews
        await check.OneAsync("getCharacterReferenceDerivative", "Overloaded", example => With(
            OfImage(example), request => request.RequestUri = new Uri($"/api/mv/character_references/{id}/derivatives/preview.webp", UriKind.Relative)));
        await store.DeleteAsync(AssetLayout.JobReference(s_job, imageId, ImageFormat.Png), default);
        await (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = new[] { id } })).JsonAsync();
        await check.OneAsync("deleteCharacterReference", "Conflict", OfImage);

        await client.PutAsync("/api/mv/jobs/video-42/files/final/movie.mp4", new ByteArrayContent([1]));
        await (await client.PostAsync("/api/mv/jobs/video-42/assets/persist", null)).JsonAsync();
        await store.DeleteAsync(AssetKey.Parse("videos/video-42/final/movie.mp4"), default);
        await check.OneAsync("getJobArchive", "Conflict", example => example.ToRequest());
        await store.ReplaceAsync(AssetLayout.JobManifest(s_job), AssetContent.FromBytes("}"u8.ToArray(), "application/json"), default);
        foreach (var operation in new[] { "listJobAssets", "verifyJobAssets", "presignJobUploads" })
        {
            await check.OneAsync(operation, "Conflict", example => example.ToRequest());
        }

        File.Delete(Path.Join(api.JobsRoot, "video-42", "final", "movie.mp4"));
        Directory.CreateDirectory(Path.Join(api.JobsRoot, "video-42", "final", "movie.mp4"));
        await check.OneAsync("replaceJobFile", "Conflict", example => example.ToRequest());

        await api.Services.GetRequiredService<IJobLeases>().TryTakeAsync(
            s_job, Guid.NewGuid(), api.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddMinutes(5), default);
        await check.AllAsync("Conflict", example => check.Has(example) || IsOfReplicate(example) ? null : example.ToRequest());

        check.AssertSame();

        HttpRequestMessage OfImage(ErrorExample example) => With(example.ToRequest(), request => request.RequestUri = new Uri(
            example.Path.Replace(ShownImage, id, StringComparison.Ordinal), UriKind.Relative));
    }

    [Test]
    public async Task Example_WhenAGenerationFails_IsTheResponse()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ByDefault(p => p.Succeeded());
        var faults = new SwitchedFaults();
        using var api = new ApiFactory(settings:
        [
            ("IMAGE_GENERATOR", "replicate"), .. stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("REPLICATE_DEADLINE", "86400"),
            ("MODEL_PRICES", $"{StubModels.FluxPro}=0.4"), ("BUDGET_USD_PER_DAY", "2"), ("GENERATION_CONCURRENCY", "1"), ("GENERATION_QUEUE", "1"),
            ("EVENT_STREAMS_PER_CLIENT", "1"), ("PUBLIC_BASE_URL", "https://refs.example.org"), ("IMAGE_DECODE_TIMEOUT", "120"),
        ])
        {
            Registrations = services => faults.Register(services),
        };
        api.ListenOnLoopback();
        using var client = api.CreateClientThatAsks();
        var check = await Check.BeginAsync(api, client);

        // One generation at a time, of one image each; the first one has nothing but a failed slot.
        stub.Script(p => p.Failed(PredictionScript.Sensitive));
        await check.OneAsync("generateCharacterReference", "GenerationRejected", example => Generate(example, "A robot"));
        check.AssertSame();
        var failed = (await (await client.GetAsync("/api/mv/generations")).JsonAsync()).GetProperty("items")[0].Text("id");
        check.Replace(failed, ShownGeneration);
        stub.ImageOf = _ => "no image"u8.ToArray();
        await check.OneAsync("generateCharacterReference", "UpstreamFailed", example => Generate(example, "A robot"));
        stub.ImageOf = _ => ReplicateStub.TinyPng;
        await (await client.SendAsync(Generate(null, "A robot", "key-1"))).JsonAsync();
        await check.OneAsync("generateCharacterReference", "IdempotencyKeyReused", example => Generate(example, "Another robot", "key-1"));
        await check.OneAsync(
            "retryGeneration", "IdempotencyKeyReused", _ => With(Retry(failed), request => request.Headers.Add("Idempotency-Key", "key-1")));

        // While one runs, for a client that waits for it.
        stub.ByDefault(p => p.NeverEnds());
        var waiting = client.SendAsync(Generate(null, "A robot"));
        var running = await RunningAsync();
        check.Replace(running, ShownGeneration);
        var queued = await client.StartedAsync(new { character_description = "A robot", num_images = 1 });
        await check.OneAsync("retryGeneration", "Conflict", _ => Retry(running));
        await check.OneAsync("generateCharacterReference", "RateLimited", example => Generate(example, "A robot"));
        await check.OneAsync("retryGeneration", "RateLimited", _ => Retry(failed));
        await client.PostAsync(queued.UrlOf("cancel"), null);
        await client.PostAsync($"/api/mv/generations/{running}/cancel", null);
        await check.OneAsync("generateCharacterReference", "Conflict", await waiting);

        // The budget has room for one more.
        stub.ByDefault(p => p.Succeeded());
        await check.OneAsync("generateCharacterReference", "BudgetExceeded", example => Generate(example, "A robot", numImages: 4));
        HttpStatusCode status;
        do
        {
            status = (await client.SendAsync(Generate(null, "A robot"))).StatusCode;
        }
        while (status is HttpStatusCode.OK);
        await check.OneAsync("retryGeneration", "BudgetExceeded", _ => Retry(failed));

        using (await client.GetAsync("/api/mv/events", HttpCompletionOption.ResponseHeadersRead))
        {
            await check.OneAsync("getEvents", "RateLimited", example => example.ToRequest());
            await check.OneAsync("getGenerationEvents", "RateLimited", _ => new HttpRequestMessage(HttpMethod.Get, $"/api/mv/generations/{failed}/events"));
        }

        await check.OneAsync("receiveReplicateWebhook", "Unauthorized", example => example.ToRequest());
        await check.OneAsync("receiveReplicateWebhook", "PayloadTooLarge", example => With(example.ToRequest(), request => Announce(example, request)));
        (faults.OfCatalog, faults.FailsReads) = (DiskError, true);
        await check.OneAsync("receiveReplicateWebhook", "StorageUnavailable", example => Sign(example.ToRequest(), stub.WebhookSecret));
        faults.OfCatalog = null;

        check.AssertSame();
        check.AssertAll(example => (s_ofGenerations.Contains(example.Code) && example.Code != "UpstreamTimedOut")
            || (IsOfReplicate(example) && example.Code is "Conflict"));

        async Task<string> RunningAsync()
        {
            JsonElement open = default;
            await Condition.UntilAsync(async () =>
            {
                open = (await (await client.GetAsync("/api/mv/generations?status=running")).JsonAsync()).GetProperty("items");
                Assert.That(waiting.IsCompleted, Is.False);
                return open.GetArrayLength() > 0;
            });
            return open[0].Text("id");
        }
    }

    [Test]
    public async Task Example_WhenThereIsNoToken_IsTheResponse()
    {
        using var api = new ApiFactory(settings: ("IMAGE_GENERATOR", "replicate"));
        var check = await Check.BeginAsync(api);

        await check.OneAsync("generateCharacterReference", "ConfigurationError", example => Generate(example, "A robot"));

        check.AssertSame();
    }

    /// <summary>Without a prediction: its end after minutes would depend on the machine.</summary>
    [Test]
    public async Task Example_WhenAPredictionIsOverdue_HasTheErrorOfTheGenerator()
    {
        using var api = new ApiFactory();
        var example = (await ErrorExample.ReadAsync(api.CreateClient())).Single(example => example.Code == "UpstreamTimedOut");

        var error = new ReplicateErrors(ReplicateOptions.Read(TestSettings.Of())).Overdue(StubModels.FluxPro);

        Assert.That(example.Problem["detail"]!.GetValue<string>(), Is.EqualTo(error.Detail));
        Assert.That(example.Problem["paid"]!.GetValue<bool>(), Is.EqualTo(error.IsPaid));
    }

    private static HttpRequestMessage Generate(ErrorExample? example, string description, string? key = null, int numImages = 1)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, example?.Path ?? "/api/mv/generate_character_reference")
        {
            Content = JsonContent.Create(new { character_description = description, num_images = numImages, include_base64 = false }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    private static HttpRequestMessage Retry(string id) => new(HttpMethod.Post, $"/api/mv/generations/{id}/retry");

    private static HttpRequestMessage Sign(HttpRequestMessage request, string secret)
    {
        const string Body = """{"id":"abcdefghijklmnop","status":"succeeded"}""";
        var timestamp = StandardWebhook.TimestampOf(TimeProvider.System.GetUtcNow());
        request.Content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add(StandardWebhook.IdHeader, "msg_1");
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Parse(secret)!.Sign("msg_1", timestamp, System.Text.Encoding.UTF8.GetBytes(Body)));
        return request;
    }

    /// <summary>URLs to send files to, which the local store has not.</summary>
    private static void AddUploads(IServiceCollection services)
    {
        var signer = Substitute.For<IUploadUrlSigner>();
        signer.IsAvailable.Returns(true);
        services.AddSingleton(signer);
    }

    private static bool IsOfHook(ErrorExample example) => example.Operation == "receiveReplicateWebhook";

    private static bool IsOfReplicate(ErrorExample example) => example.Operation is "generateCharacterReference" or "retryGeneration" || IsOfHook(example);

    private static HttpRequestMessage With(HttpRequestMessage request, Action<HttpRequestMessage> change)
    {
        change(request);
        return request;
    }

    /// <summary>Announces one byte more than the example allows, and sends none.</summary>
    private static void Announce(ErrorExample example, HttpRequestMessage request)
    {
        var limit = long.Parse(Limit().Match(example.Problem["detail"]!.GetValue<string>()).Value, System.Globalization.CultureInfo.InvariantCulture);
        request.Content = new UnsentContent(limit + 1) { Headers = { ContentType = request.Content?.Headers.ContentType } };
    }

    [GeneratedRegex("[0-9]{4,}(?= bytes)")]
    private static partial Regex Limit();

    /// <summary>Collects the examples that differ from what the service sends.</summary>
    private sealed class Check(ApiFactory api, HttpClient client, IReadOnlyList<ErrorExample> examples)
    {
        private readonly List<(string Actual, string Shown)> _replaced =
            [(Path.GetRelativePath(Directory.GetCurrentDirectory(), api.JobsRoot).Replace('\\', '/'), "mv/jobs")];

        private readonly Dictionary<ErrorExample, List<string>> _others = [];
        private readonly HashSet<ErrorExample> _same = [];

        public static async Task<Check> BeginAsync(ApiFactory api, HttpClient? client = null) =>
            new(api, client ?? api.CreateClient(), await ErrorExample.ReadAsync(api.CreateClient()));

        public void Replace(string actual, string shown) => _replaced.Add((actual, shown));

        public bool Has(ErrorExample example) => _same.Contains(example) || _others.ContainsKey(example);

        /// <summary>Each example of a code must be the response to its request.</summary>
        /// <param name="request">Makes the request; <c>null</c> when another test does.</param>
        public async Task AllAsync(string code, Func<ErrorExample, HttpRequestMessage?> request)
        {
            var all = examples.Where(example => example.Code == code).ToList();
            Assert.That(all, Is.Not.Empty, code);
            foreach (var example in all)
            {
                await SendAsync(example, request);
            }
        }

        /// <summary>As <see cref="AllAsync"/>, for one of several faults: the example must be the response to any of them.</summary>
        public async Task AnyAsync(string code, Func<ErrorExample, HttpRequestMessage?> request)
        {
            foreach (var example in examples.Where(example => example.Code == code && !_same.Contains(example)).ToList())
            {
                await SendAsync(example, request);
            }
        }

        public Task OneAsync(string operation, string code, Func<ErrorExample, HttpRequestMessage?> request) =>
            SendAsync(examples.Single(example => example.Operation == operation && example.Code == code), request);

        /// <summary>Each example that was compared is what the service sent, at least once.</summary>
        public void AssertSame() => Assert.That(
            string.Concat(_others.Where(other => !_same.Contains(other.Key)).Select(other =>
                $"{other.Key.Operation} {other.Key.Code}\n  shown  {Shown(other.Key)}\n  actual {string.Join("\n  actual ", other.Value.Distinct())}\n")),
            Is.Empty);

        /// <summary>No example that this test is for was left out.</summary>
        public void AssertAll(Func<ErrorExample, bool> isMeant) =>
            Assert.That(examples.Where(example => isMeant(example) && !Has(example)).Select(example => $"{example.Operation} {example.Code}"), Is.Empty);

        private static string Shown(ErrorExample example) => ErrorExample.Read(example.Problem, HasAmounts(example));

        private static bool HasAmounts(ErrorExample example) => example.Code != "Overloaded" && !s_ofGenerations.Contains(example.Code);

        public async Task OneAsync(string operation, string code, HttpResponseMessage response) =>
            await CompareAsync(examples.Single(example => example.Operation == operation && example.Code == code), response);

        private async Task SendAsync(ErrorExample example, Func<ErrorExample, HttpRequestMessage?> make)
        {
            using var request = make(example);
            if (request is null)
            {
                return;
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await CompareAsync(example, response);
        }

        private async Task CompareAsync(ErrorExample example, HttpResponseMessage response)
        {
            var actual = response.Content.Headers.ContentType?.MediaType != "application/problem+json"
                ? $"{(int)response.StatusCode} {response.Content.Headers.ContentType}"
                : _replaced.Aggregate(
                    ErrorExample.Read(JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject(), HasAmounts(example)),
                    (text, pair) => text.Replace(pair.Actual, pair.Shown, StringComparison.Ordinal));
            if (actual == Shown(example))
            {
                _same.Add(example);
            }
            else
            {
                (_others.TryGetValue(example, out var others) ? others : _others[example] = []).Add(actual);
            }
        }
    }

    private sealed class UnsentContent(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.Delay(Timeout.Infinite);

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
