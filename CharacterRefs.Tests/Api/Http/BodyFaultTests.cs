using System.Text;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Fuzz;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>Bodies that cannot be read are the client's mistake, never a 500.</summary>
[Category("Api")]
internal sealed class BodyFaultTests
{
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
    public async Task Persist_WhenTheBodyIsUtf16WithHalfACharacter_IsUnsupported()
    {
        using var response = await _client.PostAsync(
            "/api/mv/jobs/video-1/assets/persist", ApiCalls.Bytes(Encoding.Unicode.GetBytes("{}")[..^1], "application/json; charset=utf-16"));

        await response.ProblemAsync(415, "UnsupportedMediaType");
    }

    [TestCase("7B22FF223A317D", TestName = "a byte that is no UTF-8 in a name")]
    [TestCase("7B2261223A22FF227D", TestName = "a byte that is no UTF-8 in a value")]
    [TestCase("7B2261223A7B22C080223A317D7D", TestName = "an overlong form in a nested name")]
    public async Task ReplaceMetadata_WhenTheBodyIsNotUtf8_IsInvalid(string body)
    {
        using var response = await _client.PutAsync("/api/mv/jobs/video-1/metadata", ApiCalls.Bytes(Convert.FromHexString(body), "application/json"));

        await response.ProblemOnFieldAsync("body", "UTF-8");
    }

    [TestCase("7B22FF223A317D")]
    [TestCase("7B225C7564383030223A317D")]
    [TestCase("7B226368617261637465725F6465736372697074696F6E223A22FF227D")]
    public async Task Generate_WhenTheBodyIsNotUtf8_IsInvalid(string body)
    {
        using var response = await _client.PostAsync(
            "/api/mv/generate_character_reference", ApiCalls.Bytes(Convert.FromHexString(body), "application/json"));

        await response.ProblemAsync(400, "ValidationError");
    }

    [TestCase("ffffffffffffffff")]
    [TestCase("ffffffff")]
    [TestCase("80000000")]
    public async Task AnyBody_WhenAChunkSizeIsTooLarge_IsInvalid(string size)
    {
        var request = new FuzzRequest(
            0, "persist", Encoding.ASCII.GetBytes(
                "POST /api/mv/jobs/video-1/assets/persist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + $"{size}\r\n{{}}\r\n0\r\n\r\n"), IsWhole: true);

        Assert.That(await request.SendAsync(_client.BaseAddress!, CancellationToken.None), Is.EqualTo(400));
    }
}
