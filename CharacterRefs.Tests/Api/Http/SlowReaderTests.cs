using System.Net.Sockets;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>Clients that request and do not read, on real sockets.</summary>
[Category("Integration")]
internal sealed class SlowReaderTests
{
    private const int Length = 64 << 20; // more than all buffers on the way

    private static readonly AssetKey s_key = AssetKey.Parse("videos/job-1/final/film.mp4");

    private FakeTimeProvider _clock = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void Start()
    {
        _clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        _api = new ApiFactory(settings: ("LOG_LEVEL", "information")) { Clock = _clock };
        _api.ListenOnLoopback();
        _client = _api.CreateClient();
    }

    [TearDown]
    public void Stop()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task Storage_WhenTheClientDoesNotRead_IsAborted()
    {
        await _api.Services.GetRequiredService<IAssetStore>().SaveAsync(s_key, AssetContent.FromBytes(new byte[Length], "video/mp4"), default);

        await AssertAbortedAsync(_api.Services.GetRequiredService<IAssetUrlSigner>().Sign(s_key, TimeSpan.FromDays(7)).Url);
    }

    [Test]
    public async Task Archive_WhenTheClientDoesNotRead_IsAborted()
    {
        var final = Directory.CreateDirectory(Path.Combine(_api.JobsRoot, "job-1", "final"));
        await File.WriteAllBytesAsync(Path.Combine(final.FullName, "film.mp4"), new byte[Length]);
        await (await _client.PostAsync("/api/mv/jobs/job-1/assets/persist", null)).JsonAsync();

        await AssertAbortedAsync("/api/mv/jobs/job-1/assets/archive");
    }

    [Test]
    public async Task Generation_WhenTheClientDoesNotReadItsBase64_IsAbortedAndTheImagesStay()
    {
        await using var stub = await ReplicateStub.StartAsync(new FastTimeProvider(10));
        var large = TestImages.Noise(ImageFormat.Png, 2_000, 2_000); // 12 MB, so that four are more than all buffers on the way
        stub.ImageOf = _ => large;
        using var api = ApiFactory.With(stub, null, ("LOG_LEVEL", "information"));
        api.ListenOnLoopback();
        using var client = api.CreateClient();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        const string Body = """{"character_description":"a robot","num_images":4,"include_base64":true}""";
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            "POST /api/mv/generate_character_reference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n{Body}"));

        await Condition.UntilAsync(() => api.Log.Lines.Any(line => line.Contains("did not read its response", StringComparison.Ordinal)));

        Assert.That(await ReceivedAsync(socket), Is.Positive.And.LessThan(4L * large.Length));
        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(4));
    }

    [Test]
    public async Task Connection_WhenAsManyAreOpenAsMayBe_IsClosedAndTheOthersAreServed()
    {
        using var api = new ApiFactory(settings: ("MAX_CONNECTIONS", "2"));
        api.ListenOnLoopback();
        using var client = api.CreateClient();
        using var first = await ConnectAsync(client, "/health/live");
        using var second = await ConnectAsync(client, "/health/live");
        Assert.That(await first.ReceiveAsync(new byte[1024]), Is.Positive);
        Assert.That(await second.ReceiveAsync(new byte[1024]), Is.Positive);

        using var third = await ConnectAsync(client, "/health/live");

        Assert.That(await ReceivedAsync(third), Is.Zero);
        await second.SendAsync(Request("/health/live"));
        Assert.That(await second.ReceiveAsync(new byte[1024]), Is.Positive);
    }

    [Test]
    public async Task Storage_WhenTheServerHoldsAllThatTheClientDoesNotRead_LosesItsConnectionAndAnIdleStreamDoesNot()
    {
        const int Held = 60_000; // less than the buffer of the server
        using var api = new ApiFactory(settings: ("RESPONSE_STALL_TIMEOUT", "2"))
        {
            Registrations = services => services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endpoint =>
            {
                var listener = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                listener.SendBufferSize = 4096; // on loopback the kernel would take it all
                return listener;
            }),
        };
        api.ListenOnLoopback();
        using var client = api.CreateClient();
        await using var events = await EventReader.OpenAsync(client, "/api/mv/events");
        await api.Services.GetRequiredService<IAssetStore>().SaveAsync(s_key, AssetContent.FromBytes(new byte[Held], "video/mp4"), default);
        var path = api.Services.GetRequiredService<IAssetUrlSigner>().Sign(s_key, TimeSpan.FromDays(7)).Url;

        using var socket = await ConnectAsync(client, path, "Connection: close\r\n");

        await Condition.UntilAsync(() => socket.Poll(TimeSpan.Zero, SelectMode.SelectError)); // a reset

        Assert.That(await ReceivedAsync(socket), Is.LessThan(Held));
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        string? data;
        do
        {
            data = (await events.NextAsync())?.Data;
        }
        while (data == "{}"); // a ping

        Assert.That(data, Does.Contain(id));
    }

    private static byte[] Request(string path, string headers = "") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");

    private static async Task<Socket> ConnectAsync(HttpClient client, string path, string headers = "")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        await socket.SendAsync(Request(path, headers));
        return socket;
    }

    private async Task AssertAbortedAsync(string path)
    {
        using var socket = await ConnectAsync(_client, path);
        await Condition.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            return _api.Log.Lines.Any(line => line.Contains("did not read its response", StringComparison.Ordinal));
        });

        Assert.That(await ReceivedAsync(socket), Is.LessThan(Length));
    }

    private static async Task<long> ReceivedAsync(Socket socket)
    {
        var buffer = new byte[256 * 1024];
        var total = 0L;
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                total += read;
            }
        }
        catch (SocketException)
        {
            // reset
        }

        return total;
    }
}
