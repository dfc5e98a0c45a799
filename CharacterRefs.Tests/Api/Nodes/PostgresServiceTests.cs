using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Nodes;

/// <summary>Whole services on a real PostgreSQL and a real S3 server, each with a data directory of its own, as on machines of their own.</summary>
[Category("Integration")]
internal sealed class PostgresServiceTests
{
    private const int Images = 2;

    // A request that was killed before it left is looked for during two minutes.
    private static readonly TimeSpan s_lost = TimeSpan.FromMinutes(5);

    private readonly List<TempDirectory> _roots = [];
    private string? _database;
    private S3TestBucket? _bucket;
    private ReplicateStub? _stub;

    private (string, string)[] WithStub => [.. _stub!.Variables.Select(variable => (variable.Key, variable.Value!)), ("IMAGE_GENERATOR", "replicate")];

    [SetUp]
    public async Task SetUp()
    {
        _database = await PostgresTestServer.CreateEmptyAsync();
        _bucket = await S3TestServer.CreateBucketAsync();
        _stub = await ReplicateStub.StartAsync();
        _stub.ImageOf = index => TestImages.Solid(ImageFormat.Png, 40 + (index % 16), 40 + (index / 16)); // no two are equal
    }

    [TearDown]
    public async Task TearDown()
    {
        await (_stub?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_bucket?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database is null ? Task.CompletedTask : PostgresTestServer.DropAsync(_database));
        _roots.ForEach(root => root.Dispose());
    }

    [Test]
    public async Task Nodes_OnOneCatalog_ServeTogether()
    {
        using var first = Start();
        using var second = Start();
        using var client = await first.ConnectAsync();
        using var other = await second.ConnectAsync();

        var uploaded = await client.UploadedIdAsync(TestImages.NoisePng);
        await other.StartedAsync(new { character_description = "a knight", num_images = 1 });
        await Condition.UntilAsync(async () => await IsStoredAsync(other, uploaded));

        Assert.That(await other.GetByteArrayAsync($"/api/mv/character_references/{uploaded}/content"), Is.EqualTo(TestImages.NoisePng));
        await Condition.UntilAsync(async () =>
            (await (await client.GetAsync("/api/mv/character_references?query=knight")).JsonAsync()).GetProperty("items").GetArrayLength() == 1);
    }

    [Test]
    public async Task Service_WhenItIsKilled_AnotherFinishesItsGenerations()
    {
        _stub!.ByDefault(prediction => prediction.WaitsForModel(TimeSpan.FromSeconds(2)));
        using var first = Start(WithStub);
        using var second = Start(WithStub);
        using var client = await first.ConnectAsync();
        using var other = await second.ConnectAsync();
        var keys = Enumerable.Range(0, 6).Select(i => $"key-{i}").ToList();
        foreach (var key in keys)
        {
            await (keys.IndexOf(key) % 3 == 0 ? other : client).GenerateAsync(
                new { character_description = $"a robot, {key}", num_images = Images, seed = 10 * keys.IndexOf(key) }, "respond-async", key);
        }

        await Condition.UntilAsync(() => _stub.GetCount > 0);
        await first.KillAsync();

        await AssertEachPredictionIsOneImageAsync(other, keys.Count);
    }

    [Test]
    public async Task Service_WhenItStops_AnotherGoesOnWithoutWaitingForTheLease()
    {
        _stub!.ByDefault(prediction => prediction.WaitsForModel(TimeSpan.FromSeconds(3)));
        using var first = Start([.. WithStub, ("NODE_LEASE", "300")]);
        using var second = Start([.. WithStub, ("NODE_LEASE", "300")]);
        using var client = await first.ConnectAsync();
        using var other = await second.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.StartedAsync(new { character_description = $"a robot {i}", num_images = Images });
        }

        await Condition.UntilAsync(() => _stub.Predictions.Count >= 3 * Images && _stub.GetCount > 0);

        Assert.That(await first.StopAsync(), Is.Zero, first.Log);
        await AssertEachPredictionIsOneImageAsync(other, 3);
    }

    [Test]
    public async Task Service_WhenItsConnectionsAreCut_GoesOn()
    {
        using var only = Start();
        using var client = await only.ConnectAsync();

        await PostgresTestServer.CutAsync(_database!);

        await Condition.UntilAsync(() => only.Log.Contains("lease of this node was not renewed", StringComparison.Ordinal));
        // Each request that gets a cut connection from the pool fails, and the pool forgets it.
        var body = new { character_description = "a knight", num_images = 1 };
        await Condition.UntilAsync(async () => (await client.GenerateAsync(body, "respond-async", "key")).StatusCode is HttpStatusCode.Accepted);
        await Condition.UntilAsync(async () => (await client.GetAsync("/api/mv/character_references?query=knight")) is { IsSuccessStatusCode: true } list
            && (await list.JsonAsync()).GetProperty("items").GetArrayLength() == 1);
    }

    private async Task AssertEachPredictionIsOneImageAsync(HttpClient client, int generations)
    {
        var rows = new List<JsonElement>();
        await Condition.UntilAsync(async () =>
        {
            rows = await ItemsAsync(client, "/api/mv/generations?limit=100");
            return rows.All(row => row.GetProperty("completed_at").ValueKind != JsonValueKind.Null);
        }, s_lost);
        var lost = rows.SelectMany(row => row.GetProperty("failures").EnumerateArray()).Select(failure => failure.GetProperty("error").GetString()).ToList();
        var paid = _stub!.Predictions.Select(prediction => Convert.ToHexStringLower(SHA256.HashData(_stub.ImageOf(prediction.Index)))).ToList();
        var images = await ItemsAsync(client, "/api/mv/character_references?limit=100");
        Assert.That(rows, Has.Count.EqualTo(generations));
        Assert.That(lost, Is.All.EqualTo("SubmissionLost"));
        Assert.That(images.Select(image => image.GetProperty("sha256").GetString()), Is.EquivalentTo(paid), "each paid prediction is exactly one image");
        Assert.That(paid.Count + lost.Count, Is.EqualTo(generations * Images), "nothing was paid twice; lost is what was killed before it left");
    }

    private static async Task<List<JsonElement>> ItemsAsync(HttpClient client, string url) =>
        [.. (await (await client.GetAsync(url)).JsonAsync()).GetProperty("items").EnumerateArray()];

    private static async Task<bool> IsStoredAsync(HttpClient client, string id) =>
        (await BucketScene.CopyAsync(client, id)).GetProperty("state").GetString() == "stored";

    private ApiProcess Start(params (string Name, string Value)[] settings)
    {
        var root = new TempDirectory();
        _roots.Add(root);
        return ApiProcess.Start(
            root.FullPath,
            [.. _bucket!.Variables(_bucket.Options.Endpoint!), ("DATA_ROOT", root.FullPath), ("JOBS_ROOT", $"{root.FullPath}-jobs"), ("CATALOG", "postgres"),
                ("DATABASE_URL", _database!), .. settings]);
    }
}
