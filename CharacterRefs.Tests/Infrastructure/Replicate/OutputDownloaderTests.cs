using System.Net;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class OutputDownloaderTests
{
    private static readonly Uri s_url = new("https://x.replicate.delivery/out.png");

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task FetchAsync_WhenTheHostRefuses_NeverSendsTheToken(HttpStatusCode status)
    {
        using var host = new FakeHost(request => request.Headers.Authorization is null ? status : HttpStatusCode.OK);

        var image = await FetchAsync(host, s_url);

        Assert.That(image!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(host.Tokens, Is.EqualTo(new string?[] { null }));
    }

    [Test]
    public async Task FetchAsync_WhenHostIsForeign_SendsNothing()
    {
        using var host = new FakeHost(_ => HttpStatusCode.Unauthorized);

        var image = await FetchAsync(host, new Uri("https://replicate.delivery.example.com/out.png"));

        Assert.That(image!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(host.Tokens, Is.Empty);
    }

    private static async Task<Error?> FetchAsync(FakeHost host, Uri url)
    {
        var options = ReplicateOptionsTests.Read() with { Token = new Secret("r8_x") };
        using var http = new HttpClient(host, disposeHandler: false);
        var downloader = new OutputDownloader(
            http,
            options,
            new ReplicateErrors(options),
            TimeProvider.System,
            NullLogger<OutputDownloader>.Instance);
        return await downloader.FetchAsync(
            "a/b", new OutputSource(url, null), TimeProvider.System.GetUtcNow().AddHours(1), new RecordingProgress([]), CancellationToken.None);
    }

    private sealed class FakeHost(Func<HttpRequestMessage, HttpStatusCode> answer) : HttpMessageHandler
    {
        public List<string?> Tokens { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Tokens.Add(request.Headers.Authorization?.ToString());
            return Task.FromResult(new HttpResponseMessage(answer(request)) { Content = new ByteArrayContent(ReplicateStub.TinyPng) });
        }
    }
}
