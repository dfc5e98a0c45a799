using System.Net.Http.Headers;
using System.Text;
using CharacterRefs.Api.Http;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>Whatever goes wrong, and whatever media type the client accepts, the response is a complete problem.</summary>
[Category("Api")]
internal sealed class ProblemTests
{
    private const string Generate = "/api/mv/generate_character_reference";
    private const string Upload = "/api/mv/upload_character_reference";

    [Test]
    public async Task AnyUrl_WhenTheClientAcceptsOtherThanJson_IsStillAProblem([Values("text/html", "text/plain", "image/png")] string accept)
    {
        using var api = new ApiFactory(settings: ("API_KEY", "sesame"));
        using var client = Accepting(api, accept);

        using var keyless = await client.GetAsync("/api/mv/nothing");
        client.DefaultRequestHeaders.Add("X-API-Key", "sesame");
        using var nowhere = await client.GetAsync("/api/mv/nothing");
        using var method = await client.GetAsync(Upload);
        using var noUuid = await client.GetAsync("/api/mv/get_character_reference/1");

        Assert.That(Detail(await keyless.ProblemAsync(401, "Unauthorized")), Does.Contain("X-API-Key"));
        await nowhere.ProblemAsync(404, "NotFound");
        await method.ProblemAsync(405, "MethodNotAllowed");
        await noUuid.ProblemOnFieldAsync("image_id", "UUID");
    }

    [Test]
    public async Task Change_WhenItDependsOnACondition_IsRejectedAndNothingChanges([Values("If-Match", "If-None-Match")] string header)
    {
        const string File = "/api/mv/jobs/video-1/files/scenes/1.mp4";
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        await client.PutAsync(File, new ByteArrayContent([1]));

        using var request = new HttpRequestMessage(HttpMethod.Put, File) { Content = new ByteArrayContent([2]) };
        request.Headers.TryAddWithoutValidation(header, header == "If-Match" ? "\"other\"" : "*");
        using var response = await client.SendAsync(request);

        await response.ProblemOnFieldAsync(header, $"{header} is not supported by PUT");
        Assert.That(await client.GetByteArrayAsync(File), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Health_WhenTheMethodIsNotForReading_IsAProblem([Values("POST", "DELETE")] string method)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().SendAsync(new HttpRequestMessage(new HttpMethod(method), "/health/live"));

        await response.ProblemAsync(405, "MethodNotAllowed");
    }

    [Test]
    public async Task Upload_WhenTheClientAcceptsOtherThanJson_IsStillAProblem([Values("text/html", "text/plain")] string accept)
    {
        using var api = new ApiFactory();
        using var client = Accepting(api, accept);
        using var form = new MultipartFormDataContent("boundary");

        using var empty = await client.PostAsync(Upload, form);
        using var json = await client.PostAsync(Upload, new StringContent("{}", Encoding.UTF8, "application/json"));

        await empty.ProblemOnFieldAsync("file", "exactly one part");
        Assert.That(Detail(await json.ProblemAsync(415, "UnsupportedMediaType")), Does.Contain("multipart/form-data"));
    }

    [Test]
    public async Task Generate_WhenTheBodyIsTooLargeAndTheClientAcceptsOtherThanJson_IsAProblemAllTheSame([Values("text/html", "text/plain")] string accept)
    {
        using var api = new ApiFactory();
        api.ListenOnLoopback();
        using var client = Accepting(api, accept);

        using var response = await client.GenerateAsync(new { character_description = new string('x', 300_000) });

        Assert.That(
            Detail(await response.ProblemAsync(413, "PayloadTooLarge")), Is.EqualTo("The body is larger than the 262144 bytes that this request accepts."));
    }

    [TestCase(null)]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase("application/json; charset=nope")]
    [TestCase("text/plain")]
    [TestCase("@@@")]
    public async Task Generate_WhenTheContentTypeIsNotAcceptable_SaysWhichIs(string? contentType)
    {
        using var api = new ApiFactory();
        using var content = Body("""{"character_description":"x"}""", contentType);

        using var response = await api.CreateClient().PostAsync(Generate, content);

        await AssertUnsupportedAsync(response, "application/json");
    }

    [TestCase(null)]
    [TestCase("@@@")]
    [TestCase("multipart/form-data; boundary=\"")]
    [TestCase("multipart/mixed; boundary=x")]
    public async Task Upload_WhenTheContentTypeIsNotAcceptable_SaysWhichIs(string? contentType)
    {
        using var api = new ApiFactory();
        using var content = Body("--x--", contentType);

        using var response = await api.CreateClient().PostAsync(Upload, content);

        await AssertUnsupportedAsync(response, "multipart/form-data");
    }

    [TestCase("multipart/form-data")]
    [TestCase("multipart/form-data; boundary=\"\"")]
    [TestCase("multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890")]
    public async Task Upload_WhenTheBoundaryIsNotAcceptable_NamesTheContentType(string contentType)
    {
        using var api = new ApiFactory();
        using var content = Body("--x--", contentType);

        using var response = await api.CreateClient().PostAsync(Upload, content);

        await response.ProblemOnFieldAsync("Content-Type", "boundary", "70");
    }

    [TestCase(400, "ValidationError")]
    [TestCase(408, "BadRequest")]
    [TestCase(412, "PreconditionFailed")]
    [TestCase(414, "BadRequest")]
    [TestCase(431, "BadRequest")]
    [TestCase(500, "InternalError")]
    [TestCase(501, "InternalError")]
    public void Code_WhenTheFrameworkRejects_BlamesTheServiceForItsOwnFaultsOnly(int status, string code) =>
        Assert.That(ErrorTable.CodeOf(status), Is.EqualTo(code));

    private static async Task AssertUnsupportedAsync(HttpResponseMessage response, string right)
    {
        var problem = await response.ProblemAsync(415, "UnsupportedMediaType");
        Assert.That(Detail(problem), Does.Contain(right));
        Assert.That(problem.GetProperty("errors").GetProperty("Content-Type")[0].GetString(), Is.EqualTo(Detail(problem)));
    }

    private static string? Detail(System.Text.Json.JsonElement problem) => problem.GetProperty("detail").GetString();

    private static HttpClient Accepting(ApiFactory api, string mediaType)
    {
        var client = api.CreateClient();
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(mediaType));
        return client;
    }

    private static ByteArrayContent Body(string text, string? contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return content;
    }
}
