using System.Net;
using System.Net.Http.Headers;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The local route for presigned URLs, on a real Kestrel.</summary>
[Category("Api")]
internal sealed class SignedAssetTests
{
    private static readonly AssetKey s_key = AssetKey.Parse("videos/job 1/final/film ü.mp4");
    private static readonly byte[] s_bytes = Bytes(1_000_000);

    private static readonly Action<string>[] s_damages = [FileDamage.Cut, FileDamage.Flip, FileDamage.FlipAndKeepTheTime];

    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void Start()
    {
        _api = new ApiFactory();
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
    public async Task GetAndHead_WhenTheUrlIsValid_ReturnTheSameHeadersAndOnlyGetHasABody()
    {
        var url = await StoredAsync("video/mp4");

        using var get = await _client.GetAsync(url);
        using var head = await _client.GetAsync(url, _ => { }, HttpMethod.Head);

        using (Assert.EnterMultipleScope())
        {
            foreach (var response in new[] { get, head })
            {
                response.AssertStatus(HttpStatusCode.OK);
                Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("video/mp4"));
                Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(s_bytes.Length));
                Assert.That(response.Headers.ETag?.ToString(), Is.EqualTo(Tag(s_bytes)));
                Assert.That(response.Headers.AcceptRanges, Does.Contain("bytes"));
                Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
                Assert.That(response.Headers.GetValues("Content-Security-Policy"), Is.EqualTo(["default-src 'none'; sandbox"]));
                Assert.That(response.Content.Headers.ContentDisposition?.DispositionType, Is.EqualTo("inline"));
                Assert.That(response.Content.Headers.ContentDisposition?.FileNameStar, Is.EqualTo("film ü.mp4"));
            }

            Assert.That(head.Content.Headers.LastModified, Is.Not.Null.And.EqualTo(get.Content.Headers.LastModified));
            Assert.That(await get.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes));
            Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        }
    }

    [TestCase(0L, 9L)]
    [TestCase(100_000L, 700_000L)]
    [TestCase(999_999L, null)]
    [TestCase(null, 5L)]
    public async Task Get_WhenARangeIsRequested_SendsThatPart(long? from, long? to)
    {
        var url = await StoredAsync("video/mp4");

        using var response = await _client.GetAsync(url, headers => headers.Range = new RangeHeaderValue(from, to));

        var first = from ?? (s_bytes.Length - to!.Value);
        var last = from is null ? s_bytes.Length - 1 : to ?? s_bytes.Length - 1;
        response.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes {first}-{last}/{s_bytes.Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes[(int)first..((int)last + 1)]));
    }

    [Test]
    public async Task Get_WhenTheRangeIsOutside_IsNotSatisfiableAndReturnsTheLength()
    {
        var url = await StoredAsync("video/mp4");

        using var response = await _client.GetAsync(url, headers => headers.Range = new RangeHeaderValue(s_bytes.Length, null));

        response.AssertStatus(HttpStatusCode.RequestedRangeNotSatisfiable);
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes */{s_bytes.Length}"));
    }

    [Test]
    public async Task Get_WhenTheRequestIsConditional_SendsNothingOrTheWholeOrAPart()
    {
        var url = await StoredAsync("video/mp4");

        using var unchanged = await _client.GetAsync(url, headers => headers.IfNoneMatch.Add(new EntityTagHeaderValue(Tag(s_bytes))));
        using var same = await _client.GetAsync(url, headers => Part(headers, Tag(s_bytes)));
        using var other = await _client.GetAsync(url, headers => Part(headers, "\"sha256-other\""));

        unchanged.AssertStatus(HttpStatusCode.NotModified);
        same.AssertStatus(HttpStatusCode.PartialContent);
        other.AssertStatus(HttpStatusCode.OK);
        Assert.That(await other.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes));

        static void Part(HttpRequestHeaders headers, string tag)
        {
            headers.Range = new RangeHeaderValue(0, 9);
            headers.IfRange = new RangeConditionHeaderValue(tag);
        }
    }

    [TestCase("image/webp", "image/webp", "inline")]
    [TestCase("audio/mpeg", "audio/mpeg", "inline")]
    [TestCase("VIDEO/WEBM", "VIDEO/WEBM", "inline")]
    [TestCase("image/svg+xml", "image/svg+xml", "attachment")]
    [TestCase("Image/SVG+XML; charset=utf-8", "Image/SVG+XML; charset=utf-8", "attachment")]
    [TestCase("text/html", "text/html", "attachment")]
    [TestCase("application/json", "application/json", "attachment")]
    [TestCase("image", "application/octet-stream", "attachment")]
    [TestCase("text/html\r\nSet-Cookie: a=b", "application/octet-stream", "attachment")]
    public async Task Get_WhenABrowserCouldExecuteIt_IsSentAsAttachment(string stored, string sent, string disposition)
    {
        var url = await StoredAsync(stored);

        using var response = await _client.GetAsync(url);

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(response.Content.Headers.NonValidated["Content-Type"].ToString(), Is.EqualTo(sent));
        Assert.That(response.Content.Headers.ContentDisposition?.DispositionType, Is.EqualTo(disposition));
        Assert.That(response.Headers.Contains("Set-Cookie"), Is.False);
    }

    [TestCase(60)]
    [TestCase(3600)]
    public async Task Get_WhenItIsCached_TheCacheEntryExpiresBeforeTheUrl(int seconds)
    {
        await StoredAsync("video/mp4");
        var signed = _api.Services.GetRequiredService<IAssetUrlSigner>().Sign(s_key, TimeSpan.FromSeconds(seconds));
        var left = signed.ExpiresAt - TimeProvider.System.GetUtcNow();

        using var response = await _client.GetAsync(signed.Url);

        Assert.That(response.Headers.CacheControl!.Private, Is.True);
        Assert.That(
            response.Headers.CacheControl.MaxAge,
            Is.LessThanOrEqualTo(left - TimeSpan.FromSeconds(1)).And.GreaterThan(left - TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task Get_WhenARangeIsRequested_ReadsOnlyItFromTheStore()
    {
        var store = Substitute.For<IAssetStore>();
        var metadata = new AssetMetadata(s_key, 10, "video/mp4", null, TimeProvider.System.GetUtcNow());
        store.FindAsync(s_key, Arg.Any<CancellationToken>()).Returns(metadata);
        store.OpenReadAsync(s_key, Arg.Any<ByteSpan?>(), Arg.Any<CancellationToken>()).Returns(new OpenAsset(metadata, new MemoryStream([3, 4]), 2));
        using var api = On(store);

        using var response = await api.CreateClient().GetAsync(Signed(api), headers => headers.Range = new RangeHeaderValue(3, 4));

        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(new byte[] { 3, 4 }));
        Assert.That(response.Headers.ETag, Is.Null);
        await store.Received(1).OpenReadAsync(s_key, new ByteSpan(3, 2), Arg.Any<CancellationToken>());
        await store.Received(1).OpenReadAsync(Arg.Any<AssetKey>(), Arg.Any<ByteSpan?>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task Get_WhenTheAssetIsReplacedOrRemovedMeanwhile_RespondsForWhatExists()
    {
        var store = Substitute.For<IAssetStore>();
        var old = new AssetMetadata(s_key, 10, "video/mp4", AssetContent.FromBytes(new byte[10], "").Sha256, TimeProvider.System.GetUtcNow());
        var young = new AssetMetadata(s_key, 3, "text/html", AssetContent.FromBytes(new byte[3], "").Sha256, TimeProvider.System.GetUtcNow());
        store.FindAsync(s_key, Arg.Any<CancellationToken>()).Returns(old);
        store.OpenReadAsync(s_key, Arg.Any<ByteSpan?>(), Arg.Any<CancellationToken>()).Returns(_ => new OpenAsset(young, new MemoryStream(new byte[3]), 3));
        using var api = On(store);

        using var replaced = await api.CreateClient().GetAsync(Signed(api));
        store.OpenReadAsync(s_key, Arg.Any<ByteSpan?>(), Arg.Any<CancellationToken>()).Returns((OpenAsset?)null);
        using var removed = await api.CreateClient().GetAsync(Signed(api));

        replaced.AssertStatus(HttpStatusCode.OK);
        Assert.That(replaced.Headers.ETag?.ToString(), Is.EqualTo($"\"sha256-{young.Sha256}\""));
        Assert.That(replaced.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/html"));
        Assert.That(replaced.Content.Headers.ContentDisposition?.DispositionType, Is.EqualTo("attachment"));
        Assert.That(await replaced.Content.ReadAsByteArrayAsync(), Has.Length.EqualTo(3));
        await removed.ProblemAsync(404, "NotFound");
        Assert.That(removed.Headers.ETag, Is.Null);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Get_WhenTheFileWasDamagedBeforeTheStart_IsAProblemAndNeverOtherBytes(int damage)
    {
        using var data = new TempDirectory();
        using (var before = new ApiFactory(data.FullPath))
        {
            await before.Services.GetRequiredService<IAssetStore>().SaveAsync(s_key, AssetContent.FromBytes(s_bytes, "video/mp4"), default);
        }

        s_damages[damage](Path.Join(data.FullPath, "storage", s_key.Value));
        using var api = new ApiFactory(data.FullPath);
        using var client = api.CreateClient();

        await AssertDamagedAsync(client, Signed(api));
        Assert.That(api.Log.Lines, Has.Some.Contains(s_key.Value).And.Contains("damaged"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Get_WhenTheFileIsDamagedWhileItIsServed_NoticesIt(int damage)
    {
        var url = await StoredAsync("video/mp4");
        (await _client.GetAsync(url)).AssertStatus(HttpStatusCode.OK);

        s_damages[damage](Path.Join(_api.DataRoot, "storage", s_key.Value));

        await AssertDamagedAsync(_client, url);
    }

    [Test]
    public async Task Get_WhenTheDamagedFileWasStoredAgain_ServesIt()
    {
        var url = await StoredAsync("video/mp4");
        FileDamage.Flip(Path.Join(_api.DataRoot, "storage", s_key.Value));
        await AssertDamagedAsync(_client, url);

        await _api.Services.GetRequiredService<IAssetStore>().ReplaceAsync(s_key, AssetContent.FromBytes(s_bytes, "video/mp4"), default);

        Assert.That(await _client.GetByteArrayAsync(url), Is.EqualTo(s_bytes));
    }

    [Test]
    public async Task Get_WhenAnotherProgramWroteTheFile_ServesItWithoutAStrongValidator()
    {
        var path = Path.Join(_api.DataRoot, "storage", s_key.Value);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, s_bytes);
        (await _client.GetAsync(Signed(_api))).AssertStatus(HttpStatusCode.OK);
        FileDamage.Cut(path);

        using var response = await _client.GetAsync(Signed(_api));

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(response.Headers.ETag, Is.Null);
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes[..(s_bytes.Length / 2)]));
    }

    private static async Task AssertDamagedAsync(HttpClient client, string url)
    {
        foreach (var range in new[] { null, new RangeHeaderValue(0, 9) })
        {
            using var response = await client.GetAsync(url, headers => headers.Range = range);
            var problem = await response.ProblemAsync(500, "InternalError");
            Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith("The stored asset is damaged"));
            Assert.That(response.Headers.ETag, Is.Null);
        }

        using var head = await client.GetAsync(url, _ => { }, HttpMethod.Head);
        head.AssertStatus(HttpStatusCode.InternalServerError);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static string Tag(byte[] bytes) => $"\"sha256-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}\"";

    private static string Signed(WebApplicationFactory<Program> api) =>
        api.Services.GetRequiredService<IAssetUrlSigner>().Sign(s_key, TimeSpan.FromHours(1)).Url;

    private WebApplicationFactory<Program> On(IAssetStore store) =>
        _api.WithWebHostBuilder(host => host
            .UseSetting("DATA_ROOT", Path.Join(_api.DataRoot, "second")) // one process at a time uses a directory
            .ConfigureTestServices(services => services.AddSingleton(store)));

    private async Task<string> StoredAsync(string mediaType)
    {
        await _api.Services.GetRequiredService<IAssetStore>().SaveAsync(s_key, AssetContent.FromBytes(s_bytes, mediaType), default);
        return Signed(_api);
    }
}
