using System.Net;
using System.Net.Http.Headers;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

/// <summary>On a real Kestrel: bodies, ranges and HEAD are what the server sends, not what a test host hands over.</summary>
[Category("Api")]
internal sealed class ServeCharacterReferenceTests
{
    private ApiFactory _api = null!;
    private HttpClient _client = null!;
    private byte[] _image = null!;
    private string _id = null!;

    [SetUp]
    public async Task StartWithOneImage()
    {
        _api = new ApiFactory();
        _api.ListenOnLoopback();
        _client = _api.CreateClient();
        _image = TestImages.NoisePng;
        _id = await _client.UploadedIdAsync(_image);
    }

    [TearDown]
    public void Stop()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [TestCase("get_character_reference/{0}")]
    [TestCase("character_references/{0}/content")]
    public async Task Get_WhenTheImageIsHere_SendsItWithItsHeaders(string path)
    {
        using var response = await _client.GetAsync(UrlOf(path));

        var body = await response.Content.ReadAsByteArrayAsync();
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_image));
        using (Assert.EnterMultipleScope())
        {
            response.AssertStatus(HttpStatusCode.OK);
            Assert.That(body, Is.EqualTo(_image));
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("image/png"));
            Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(_image.Length));
            Assert.That(response.Headers.ETag?.ToString(), Is.EqualTo($"\"sha256-{sha256}\""));
            Assert.That(response.Content.Headers.LastModified, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-5)));
            Assert.That(response.Content.Headers.ContentDisposition?.ToString(), Is.EqualTo($"inline; filename=\"{_id}.png\""));
            Assert.That(response.Headers.AcceptRanges, Does.Contain("bytes"));
            Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("sandbox"));
        }
    }

    [Test]
    public async Task Head_WhenTheImageIsHere_SendsTheHeadersOfGetAndNoBody()
    {
        using var get = await _client.GetAsync(UrlOf());
        using var head = await _client.GetAsync(UrlOf(), _ => { }, HttpMethod.Head);

        head.AssertStatus(HttpStatusCode.OK);
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(get.Content.Headers.ContentLength));
        Assert.That(head.Headers.ETag, Is.EqualTo(get.Headers.ETag));
    }

    [Test]
    public async Task Get_WhenTheClientHasTheImage_IsNotModified()
    {
        using var first = await _client.GetAsync(UrlOf());

        using var byTag = await _client.GetAsync(UrlOf(), headers => headers.IfNoneMatch.Add(first.Headers.ETag!));
        using var byTime = await _client.GetAsync(UrlOf(), headers => headers.IfModifiedSince = first.Content.Headers.LastModified);

        byTag.AssertStatus(HttpStatusCode.NotModified);
        byTime.AssertStatus(HttpStatusCode.NotModified);
        Assert.That(byTag.Headers.ETag, Is.EqualTo(first.Headers.ETag));
        Assert.That(await byTag.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [Test]
    public async Task Get_WhenIfMatchNamesOtherBytes_FailsThePrecondition()
    {
        using var response = await _client.GetAsync(UrlOf(), headers => headers.IfMatch.Add(new EntityTagHeaderValue("\"sha256-other\"")));

        await response.ProblemAsync(412, "PreconditionFailed");
    }

    [TestCase(0L, 9L)]
    [TestCase(100_000L, 700_000L)]
    [TestCase(1_000_000L, null)]
    [TestCase(null, 5L)]
    public async Task Get_WhenARangeIsRequested_SendsThatPart(long? from, long? to)
    {
        using var response = await _client.GetAsync(UrlOf(), headers => headers.Range = new RangeHeaderValue(from, to));

        var first = from ?? (_image.Length - to!.Value);
        var last = from is null ? _image.Length - 1 : Math.Min(to ?? long.MaxValue, _image.Length - 1);
        response.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes {first}-{last}/{_image.Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(_image[(int)first..((int)last + 1)]));
    }

    [TestCase("HEAD", "bytes=0-9")]
    [TestCase("HEAD", "bytes=999999999-")]
    [TestCase("GET", "pages=0-9")]
    [TestCase("GET", "pages=999999999-")]
    [TestCase("GET", "nonsense")]
    public async Task Range_WhenTheMethodOrTheUnitHasNone_IsIgnored(string method, string range)
    {
        using var response = await _client.GetAsync(UrlOf(), headers => headers.TryAddWithoutValidation("Range", range), new HttpMethod(method));

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(_image.Length));
        Assert.That(response.Content.Headers.ContentRange, Is.Null);
        Assert.That(response.Headers.AcceptRanges, Does.Contain("bytes"));
    }

    [Test]
    public async Task Get_WhenIfRangeNamesOtherBytes_SendsTheWhole()
    {
        using var response = await _client.GetAsync(UrlOf(), headers =>
        {
            headers.Range = new RangeHeaderValue(0, 9);
            headers.IfRange = new RangeConditionHeaderValue("\"sha256-other\"");
        });

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Has.Length.EqualTo(_image.Length));
    }

    [Test]
    public async Task Get_WhenTheRangeIsOutside_IsNotSatisfiableAndReturnsTheLength()
    {
        using var response = await _client.GetAsync(UrlOf(), headers => headers.Range = new RangeHeaderValue(_image.Length, null));

        response.AssertStatus(HttpStatusCode.RequestedRangeNotSatisfiable);
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes */{_image.Length}"));
    }

    [TestCase("get_character_reference/not-a-uuid")]
    [TestCase("get_character_reference/..%2f..%2fetc%2fpasswd")]
    [TestCase("get_character_reference/{{0}}")]
    [TestCase("character_references/1234")]
    [TestCase("character_references/1234/content")]
    public async Task Get_WhenTheIdIsNoUuid_NamesTheParameter(string path)
    {
        using var response = await _client.GetAsync($"/api/mv/{path}");

        await response.ProblemOnFieldAsync("image_id", "UUID");
    }

    [TestCase("get_character_reference/{0}")]
    [TestCase("character_references/{0}")]
    [TestCase("character_references/{0}/content")]
    public async Task Get_WhenTheIdIsUnknown_ReturnsTheMessageOfTheContract(string path)
    {
        var unknown = Guid.Parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");

        using var response = await _client.GetAsync(string.Format(null, "/api/mv/" + path, unknown));

        var problem = await response.ProblemAsync(404, "NotFound");
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo($"Character reference image with ID {unknown} not found"));
    }

    [Test]
    public async Task Get_WhenTheFileIsGone_IsNotFoundAndTheRecordSaysMissing()
    {
        File.Delete(_api.ImageFiles().Single());

        using var response = await _client.GetAsync(UrlOf());
        var record = await (await _client.GetAsync(UrlOf("character_references/{0}"))).JsonAsync();

        await response.ProblemAsync(404, "NotFound");
        Assert.That(record.GetProperty("copies").GetProperty("local").GetProperty("state").GetString(), Is.EqualTo("missing"));
    }

    [Test]
    public async Task Get_WhenTheIdIsInUpperCase_IsTheSameImage()
    {
        using var response = await _client.GetAsync($"/api/mv/get_character_reference/{_id.ToUpperInvariant()}");

        response.AssertStatus(HttpStatusCode.OK);
    }

    [Test]
    public async Task Delete_WhenTheImageIsHere_RemovesRecordAndBytesForGood()
    {
        using var deleted = await _client.DeleteAsync(UrlOf("character_references/{0}"));
        using var again = await _client.DeleteAsync(UrlOf("character_references/{0}"));
        using var get = await _client.GetAsync(UrlOf());

        deleted.AssertStatus(HttpStatusCode.NoContent);
        await again.ProblemAsync(404, "NotFound");
        await get.ProblemAsync(404, "NotFound");
        Assert.That(_api.ImageFiles(), Is.Empty);
    }

    [Test]
    public async Task Upload_WhenTheBodyIsOverTheHardLimit_IsPayloadTooLarge()
    {
        using var client = _api.CreateClientThatAsks();

        using var response = await client.UploadAsync(new byte[33 << 20]);

        await response.ProblemAsync(413, "PayloadTooLarge");
        Assert.That(_api.ImageFiles(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Generate_WhenTheBodyIsOverItsLimit_IsPayloadTooLarge()
    {
        using var response = await _client.GenerateAsync(new { character_description = new string('x', 300_000) });

        await response.ProblemAsync(413, "PayloadTooLarge");
    }

    [Test]
    public async Task Upload_WhenTheClientLeavesHalfWay_KeepsNothing()
    {
        using var socket = new System.Net.Sockets.TcpClient();
        var address = _client.BaseAddress!;
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            "POST /api/mv/upload_character_reference HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"));
        await socket.GetStream().WriteAsync(_image.AsMemory(0, 200_000));
        Assert.That(() => _api.ImageFiles().Count, Is.EqualTo(2).After(5000, 20), "the upload has begun");

        socket.Client.Close(0);

        Assert.That(() => _api.ImageFiles().Count, Is.EqualTo(1).After(5000, 20));
    }

    [Test]
    public async Task Get_WhenAnImageOfEachFormatIsRequested_SendsItsMediaType([Values("png", "jpg", "webp")] string extension)
    {
        var format = ImageFormat.FromExtension(extension)!;
        var id = await _client.UploadedIdAsync(TestImages.Solid(format, 32, 32));

        using var response = await _client.GetAsync($"/api/mv/get_character_reference/{id}");

        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(format.MediaType));
        Assert.That(response.Content.Headers.ContentDisposition?.FileName, Is.EqualTo($"{id}.{extension}"));
    }

    private string UrlOf(string path = "get_character_reference/{0}") => string.Format(null, "/api/mv/" + path, _id);
}
