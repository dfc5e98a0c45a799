using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Nodes;

/// <summary>Three nodes behind the nginx of the compose file, restarted one after the other while clients work.</summary>
[Category("Integration")]
internal sealed class RollingRestartTests
{
    private const int Nodes = 3;

    // What each client does between two steps at least, so that every step has work under way.
    private const int RequestsPerStep = 2;

    // The clients' own pauses between two requests, not a wait of the test: shorter ones are more load.
    private static readonly TimeSpan s_pauseOfReads = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<string> _failures = [];
    private readonly ConcurrentDictionary<string, int> _done = [];
    private readonly ConcurrentBag<string> _generations = [];
    private readonly ConcurrentBag<ApiProcess> _started = [];
    private readonly CancellationTokenSource _end = new();

    [TearDown]
    public void TearDown()
    {
        _end.Dispose();
        EndNodes();
    }

    [Test]
    public async Task Restart_WhenEachNodeRestartsInTurn_FailsNoRequestAndLosesNoGeneration()
    {
        await using var scene = await SharedCatalogScene.SetUpAsync();
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = index => TestImages.Solid(ImageFormat.Png, 64 + index, 64);
        var shared = scene.NewRoot();
        var network = Random.Shared.Next(1, 250).ToString(CultureInfo.InvariantCulture); // so that the addresses are nobody else's
        var nodes = await Task.WhenAll(Enumerable.Range(1, Nodes).Select(StartAsync));
        await using var nginx = await Nginx.StartFileAsync((socket, directory) => Enumerable.Range(1, Nodes)
            .Aggregate(
                // First, because the other paths are below /tmp too.
                SourceTree.Read("docs/operation/nginx.conf").Replace("/tmp/", $"{directory}/", StringComparison.Ordinal),
                (text, node) => text.Replace($"node-{node}:8000", $"{AddressOf(node)}:8000", StringComparison.Ordinal))
            .Replace("listen 8000", $"listen unix:{socket}", StringComparison.Ordinal)
            .Replace("/data/mv", shared, StringComparison.Ordinal));
        using var client = nginx.CreateClient();
        client.Timeout = TimeSpan.FromMinutes(3);
        var known = await client.UploadedIdAsync(TestImages.NoisePng);
        Task[] clients =
        [
            PollAsync(client), ReadAsync(client, known), UploadAsync(client), GenerateAsync(client, null), GenerateAsync(client, "respond-async"),
        ];

        for (var node = 1; node <= Nodes; node++)
        {
            await WorkOnAsync();
            var exitCode = await nodes[node - 1].StopAsync();
            Assert.That(exitCode, Is.Zero, nodes[node - 1].Log);
            await WorkOnAsync();
            nodes[node - 1] = await StartAsync(node);
        }

        await WorkOnAsync();
        await _end.CancelAsync();
        await Task.WhenAll(clients);

        Assert.That(_failures, Is.Empty);
        foreach (var url in _generations.Distinct())
        {
            await Condition.UntilAsync(async () => (await (await client.GetAsync(url)).JsonAsync()).IsFinal());
            Assert.That((await (await client.GetAsync(url)).JsonAsync()).GetProperty("status").GetString(), Is.EqualTo("succeeded"), url);
        }

        Assert.That(stub.Creates, Has.Count.EqualTo(_generations.Distinct().Count()));
        EndNodes(); // before what they use

        string AddressOf(int node) => $"127.{network}.0.{node}";

        async Task<ApiProcess> StartAsync(int node)
        {
            var root = Path.Join(shared, $"node-{node}");
            Directory.CreateDirectory(root);
            var started = scene.Start(root, [
                ("DATA_ROOT", root), ("JOBS_ROOT", Path.Join(shared, $"jobs-{node}")), ("API_HOST", AddressOf(node)), ("API_PORT", "8000"),
                ("ALLOWED_HOSTS", "nginx"), ("SERVE_WITH", "x-accel"), ("SHUTDOWN_DELAY", "5"), ("IMAGE_GENERATOR", "replicate"),
                .. stub.Variables.Select(one => (one.Key, one.Value!))]);
            _started.Add(started);
            using var direct = await started.ConnectAsync(new Uri($"http://{AddressOf(node)}:8000"));
            return started;
        }
    }

    private void EndNodes()
    {
        while (_started.TryTake(out var node))
        {
            node.Dispose();
        }
    }

    /// <summary>The health check of the container.</summary>
    private Task PollAsync(HttpClient client) => RepeatAsync("ready", async () => await GoodAsync(await client.GetAsync("/health/ready"), HttpStatusCode.OK));

    private Task ReadAsync(HttpClient client, string id) => RepeatAsync("read", async () =>
    {
        using var content = await client.GetAsync($"/api/mv/character_references/{id}/content");
        await GoodAsync(content, HttpStatusCode.OK);
        if (!(await content.Content.ReadAsByteArrayAsync()).SequenceEqual(TestImages.NoisePng))
        {
            _failures.Enqueue("read: other bytes");
        }

        await GoodAsync(await client.GetAsync("/api/mv/character_references?limit=5"), HttpStatusCode.OK);
    });

    private Task UploadAsync(HttpClient client) => RepeatAsync(
        "upload", async () => await GoodAsync(await client.UploadAsync(TestImages.Solid(ImageFormat.Png, 8, 8)), HttpStatusCode.OK));

    /// <summary>A client that waits gets its images, or where to find them when its node stops.</summary>
    private Task GenerateAsync(HttpClient client, string? prefer) => RepeatAsync($"generate {prefer}", async () =>
    {
        using var response = await client.GenerateAsync(new { character_description = "a knight", num_images = 1, include_base64 = false }, prefer);
        await GoodAsync(response, prefer is null ? [HttpStatusCode.OK, HttpStatusCode.Accepted] : [HttpStatusCode.Accepted]);
        if (response.Headers.Location is { } location)
        {
            _generations.Add(location.OriginalString);
            await FollowAsync(client, location);
        }
    });

    /// <summary>To its end, because clients that only start generations would make the others wait ever longer for theirs.</summary>
    private async Task FollowAsync(HttpClient client, Uri location)
    {
        bool isFinal;
        do
        {
            await Task.Delay(s_pauseOfReads);
            using var response = await client.GetAsync(location);
            await GoodAsync(response, HttpStatusCode.OK);
            isFinal = response.StatusCode is not HttpStatusCode.OK || (await response.JsonAsync()).IsFinal();
        }
        while (!isFinal);
    }

    private async Task GoodAsync(HttpResponseMessage response, params HttpStatusCode[] good)
    {
        if (!good.Contains(response.StatusCode))
        {
            _failures.Enqueue(
                $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    private async Task RepeatAsync(string name, Func<Task> requestAsync)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await requestAsync();
            }
            catch (HttpRequestException error)
            {
                _failures.Enqueue($"{name}: {error}");
            }

            _done.AddOrUpdate(name, 1, (_, count) => count + 1);
            await Task.Delay(s_pause);
        }
    }

    private async Task WorkOnAsync()
    {
        var before = _done.ToDictionary();
        await Condition.UntilAsync(
            () => _done.Count == 5 && _done.All(done => done.Value >= before.GetValueOrDefault(done.Key) + RequestsPerStep));
    }
}
