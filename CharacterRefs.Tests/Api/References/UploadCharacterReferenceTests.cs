using System.Net;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

[Category("Api")]
internal sealed class UploadCharacterReferenceTests
{
    private const int TenMebibytes = 10 * 1024 * 1024;

    private static IEnumerable<TestCaseData> Unacceptable()
    {
        var png = TestImages.Solid(ImageFormat.Png, 64, 64);
        yield return Case("text", TestImages.Text, "PNG, JPEG");
        yield return Case("svg", TestImages.Svg, "PNG, JPEG");
        yield return Case("gif", TestImages.Gif, "PNG, JPEG");
        yield return Case("empty file", [], "PNG, JPEG");
        yield return Case("signature only", png[..12], "");
        yield return Case("truncated PNG", TestImages.Truncated(TestImages.NoisePng, 1000), "");
        yield return Case("11 MiB", [.. png, .. new byte[TenMebibytes]], "10485760");
        yield return Case("one byte over", [.. png, .. new byte[TenMebibytes + 1 - png.Length]], "10485760");
        yield return Case("65 535-pixel bomb", TestImages.Bomb(ImageFormat.Png, 65_535, 65_535), "16384");
        yield return Case("over 50 megapixels", TestImages.Bomb(ImageFormat.Png, 8000, 8000), "50");
        yield return Case("animated WebP", TestImages.AnimatedWebP(), "frame");
        yield return Case("animated PNG", TestImages.Apng(), "frame");

        static TestCaseData Case(string name, byte[] content, string word) => new TestCaseData(content, word).SetArgDisplayNames(name);
    }

    [Test]
    public async Task Upload_WhenDuplicatesAreReused_AddsOneImageForManyEqualUploads()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => UploadAsync("?on_duplicate=reuse")));

        Assert.That(ids.Distinct().Count(), Is.EqualTo(1));
        Assert.That(api.ImageFiles(), Has.Count.EqualTo(1));
        Assert.That(await UploadAsync("?on_duplicate=keep"), Is.Not.EqualTo(ids[0]));
        Assert.That(await UploadAsync("?on_duplicate=reuse"), Is.EqualTo(ids[0]), "the oldest");

        async Task<string> UploadAsync(string query)
        {
            using var form = new MultipartFormDataContent { { ApiCalls.Bytes(png, "image/png"), "file", "hero.png" } };
            return (await (await client.PostAsync("/api/mv/upload_character_reference" + query, form)).JsonAsync()).Text("image_id");
        }
    }

    [Test]
    public async Task Upload_WhenOnDuplicateIsUnknown_NamesWhatIsAllowed()
    {
        using var api = new ApiFactory();
        using var form = new MultipartFormDataContent { { ApiCalls.Bytes(TestImages.NoisePng, "image/png"), "file", "hero.png" } };

        var response = await api.CreateClient().PostAsync("/api/mv/upload_character_reference?on_duplicate=ignore", form);

        await response.ProblemOnFieldAsync("on_duplicate", "keep, reuse");
        Assert.That(api.ImageFiles(), Is.Empty);
    }

    [TestCase("png", "image/png")]
    [TestCase("jpg", "image/jpeg")]
    [TestCase("webp", "image/webp")]
    public async Task Upload_WhenTheImageIsAcceptable_StoresItByItsBytes(string extension, string mediaType)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var bytes = TestImages.Noise(ImageFormat.FromExtension(extension)!, 64, 48);

        var response = await (await client.UploadAsync(bytes, "../../evil.gif", "text/html")).JsonAsync();

        var id = response.GetProperty("image_id").GetString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.GetProperty("filename").GetString(), Is.EqualTo($"{id}.{extension}"));
            Assert.That(response.GetProperty("content_type").GetString(), Is.EqualTo(mediaType));
            Assert.That(response.GetProperty("file_size").GetInt32(), Is.EqualTo(bytes.Length));
            Assert.That(response.GetProperty("width").GetInt32(), Is.EqualTo(64));
            Assert.That(response.GetProperty("height").GetInt32(), Is.EqualTo(48));
            Assert.That(response.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
            Assert.That(response.GetProperty("path").GetString(), Does.EndWith($"character_reference/{id}.{extension}"));
            Assert.That(response.GetProperty("content_url").GetString(), Is.EqualTo($"/api/mv/character_references/{id}/content"));
            Assert.That(response.GetProperty("image_url").GetString(), Is.EqualTo(response.GetProperty("content_url").GetString()));
            Assert.That(api.ImageFiles(), Is.EqualTo(new[] { Path.Combine(api.DataRoot, "character_reference", $"{id}.{extension}") }));
        }

        var served = await client.GetAsync(response.GetProperty("content_url").GetString());
        Assert.That(await served.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        Assert.That(served.Content.Headers.ContentType?.MediaType, Is.EqualTo(mediaType));
        var record = await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
        Assert.That(record.GetProperty("origin").GetString(), Is.EqualTo("uploaded"));
        Assert.That(record.GetProperty("original_filename").GetString(), Is.EqualTo("../../evil.gif"));
    }

    [TestCase(1, 40, 20)]
    [TestCase(3, 40, 20)]
    [TestCase(6, 20, 40)]
    [TestCase(8, 20, 40)]
    public async Task Upload_WhenTheImageIsRotated_RecordsItsOrientationAndTheDimensionsAsShown(byte orientation, int width, int height)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var bytes = HostileImages.JpegWithOrientation(40, 20, orientation);

        var id = await client.UploadedIdAsync(bytes);

        var record = await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(record.GetProperty("width").GetInt32(), Is.EqualTo(width));
            Assert.That(record.GetProperty("height").GetInt32(), Is.EqualTo(height));
            Assert.That(record.GetProperty("orientation").GetInt32(), Is.EqualTo(orientation));
            Assert.That(await client.GetByteArrayAsync($"/api/mv/character_references/{id}/content"), Is.EqualTo(bytes));
        }
    }

    [TestCase("a\tb\u0001c\u0085.png", "abc.png")]
    [TestCase("\u0001\u0002", null)]
    public async Task Upload_WhenTheNameHasControlCharacters_KeepsTheRest(string sent, string? kept) =>
        Assert.That(await OriginalNameAsync(sent), Is.EqualTo(kept));

    [Test]
    public async Task Upload_WhenTheNameIsLong_KeepsItsFirstWholeCharacters()
    {
        Assert.That(await OriginalNameAsync(new string('x', 256)), Is.EqualTo(new string('x', 255)));
        Assert.That(await OriginalNameAsync(new string('x', 254) + "🤖"), Is.EqualTo(new string('x', 254)));
    }

    [TestCaseSource(nameof(Unacceptable))]
    public async Task Upload_WhenTheFileIsNotAcceptable_NamesTheLimitAndKeepsNothing(byte[] content, string word)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await client.UploadAsync(content);

        await response.ProblemOnFieldAsync("file", word);
        await AssertNothingIsKeptAsync(api, client);
    }

    [Test]
    public async Task Upload_WhenThereIsNoPart_SaysSo()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        using var form = new MultipartFormDataContent("boundary");

        var response = await client.PostAsync("/api/mv/upload_character_reference", form);

        await response.ProblemOnFieldAsync("file", "exactly one part");
    }

    [TestCase("file")]
    [TestCase("comment")]
    public async Task Upload_WhenThereIsASecondPart_RejectsBothAndKeepsNothing(string second)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);
        using var form =
            new MultipartFormDataContent { { ApiCalls.Bytes(png, "image/png"), "file", "a.png" }, { ApiCalls.Bytes(png, "image/png"), second, "b.png" } };

        var response = await client.PostAsync("/api/mv/upload_character_reference", form);

        await response.ProblemOnFieldAsync("file", "exactly one part");
        await AssertNothingIsKeptAsync(api, client);
    }

    [Test]
    public async Task Upload_WhenThePartHasAnotherName_NamesTheRightOne()
    {
        using var api = new ApiFactory();

        var response = await api.CreateClient().UploadAsync(TestImages.Solid(ImageFormat.Png, 8, 8), part: "image");

        await response.ProblemOnFieldAsync("file", "exactly one part named file");
    }

    [TestCase("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nabc")]
    [TestCase("multipart/form-data; boundary=x", "no boundary at all")]
    [TestCase("multipart/form-data; boundary=x", "")]
    public async Task Upload_WhenTheFormIsDamaged_SaysSo(string mediaType, string body)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        using var content = ApiCalls.Bytes(Encoding.ASCII.GetBytes(body), mediaType);

        var response = await client.PostAsync("/api/mv/upload_character_reference", content);

        await response.ProblemOnFieldAsync("file");
        await AssertNothingIsKeptAsync(api, client);
    }

    [Test]
    public async Task Upload_WhenTheBodyIsJson_ReturnsUnsupportedMediaType()
    {
        using var api = new ApiFactory();

        var response = await api.CreateClient().PostAsync("/api/mv/upload_character_reference", new StringContent("{}", Encoding.UTF8, "application/json"));

        var problem = await response.ProblemAsync(415, "UnsupportedMediaType");
        Assert.That(problem.GetProperty("errors").GetProperty("Content-Type")[0].GetString(), Does.Contain("multipart/form-data"));
    }

    [Test]
    public async Task Upload_WhenTheSameBytesComeTwice_KeepsTwoImages()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);

        var first = await client.UploadedIdAsync(png);
        var second = await client.UploadedIdAsync(png);

        Assert.That(second, Is.Not.EqualTo(first));
        (await client.GetAsync($"/api/mv/get_character_reference/{first}")).AssertStatus(HttpStatusCode.OK);
    }

    private static async Task<string?> OriginalNameAsync(string sent)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        using var content = ApiCalls.Bytes(
            [
                .. Encoding.ASCII.GetBytes($"--x\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString(sent)}\r\n\r\n"),
                .. TestImages.Solid(ImageFormat.Png, 8, 8),
                .. "\r\n--x--\r\n"u8,
            ],
            "multipart/form-data; boundary=x");
        var id = (await (await client.PostAsync("/api/mv/upload_character_reference", content)).JsonAsync()).GetProperty("image_id").GetString();

        return (await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync()).GetProperty("original_filename").GetString();
    }

    private static async Task AssertNothingIsKeptAsync(ApiFactory api, HttpClient client)
    {
        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(api.ImageFiles(), Is.Empty);
    }
}
