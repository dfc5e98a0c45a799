using System.Net;
using System.Text.Json;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
internal sealed class OutputDownloaderTests
{
    private static readonly Uri s_url = new("https://x.replicate.delivery/out.png");

    private static readonly SlotTask s_task = new()
    {
        ImageId = AReference.NewId(),
        Model = "a/b",
        Description = "a knight",
        Parameters = new Dictionary<string, JsonElement>(),
    };

    private readonly TempDirectory _dataRoot = new();

    [TearDown]
    public void RemoveData() => _dataRoot.Dispose();

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task FetchAsync_WhenTheHostRejects_NeverSendsTheToken(HttpStatusCode status)
    {
        using var host = new FakeHost(request => request.Headers.Authorization is null ? status : HttpStatusCode.OK);

        var image = await FetchAsync(host, s_url, new FastTimeProvider(200));

        Assert.That(image!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(host.Tokens, Has.Count.GreaterThan(2).And.All.Null, "it is asked again, and for two minutes only");
    }

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task FetchAsync_WhenTheHostHasTheFileALittleLater_ReturnsIt(HttpStatusCode status)
    {
        var requests = 0;
        using var host = new FakeHost(_ => ++requests > 3 ? HttpStatusCode.OK : status);

        Assert.That(await FetchAsync(host, s_url, new FastTimeProvider(200)), Is.Null);
    }

    [Test]
    public async Task FetchAsync_WhenHostIsForeign_SendsNothing()
    {
        using var host = new FakeHost(_ => HttpStatusCode.Unauthorized);

        var image = await FetchAsync(host, new Uri("https://replicate.delivery.example.com/out.png"));

        Assert.That(image!.Kind, Is.EqualTo(ErrorKind.UpstreamFailed));
        Assert.That(host.Tokens, Is.Empty);
    }

    [TestCase(3_500, null)]
    [TestCase(3_700, ErrorKind.UpstreamTimedOut)]
    public async Task FetchAsync_WhenTheHostSendsOneKibibyteASecond_WaitsAsLongAsTheOutputLives(int kibibytes, ErrorKind? failure)
    {
        var clock = new FakeTimeProvider();
        using var host = new FakeHost(_ => HttpStatusCode.OK) { Body = () => new SlowStream(kibibytes, clock) };
        var progress = new RecordingProgress([]);

        var error = await FetchAsync(host, s_url, clock, progress);

        Assert.That(error?.Kind, Is.EqualTo(failure));
        Assert.That(progress.Bytes?.Length, Is.EqualTo(failure is null ? kibibytes * 1024 : null));
    }

    private async Task<Error?> FetchAsync(FakeHost host, Uri url, TimeProvider? clock = null, RecordingProgress? progress = null)
    {
        clock ??= TimeProvider.System;
        var options = ReplicateOptionsTests.Read() with { Token = new Secret("r8_x") };
        using var http = new HttpClient(host, disposeHandler: false);
        var partials = new PartialOutputStore(new DataRootOptions { Path = _dataRoot.FullPath }, clock, NullLogger<PartialOutputStore>.Instance);
        var downloader = new OutputDownloader(
            http, partials, options, new ReplicateErrors(options), clock, NullLogger<OutputDownloader>.Instance);
        return await downloader.FetchAsync(
            s_task, new OutputSource(url, null), clock.GetUtcNow().AddHours(1), progress ?? new RecordingProgress([]), CancellationToken.None);
    }

    /// <summary>Sends a KiB for each second of the clock. The host removes the file after an hour.</summary>
    private sealed class SlowStream(int kibibytes, FakeTimeProvider clock) : MemoryStream(new byte[kibibytes * 1024])
    {
        private readonly DateTimeOffset _end = clock.GetUtcNow().AddHours(1);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            cancellationToken.ThrowIfCancellationRequested();
            return clock.GetUtcNow() < _end ? base.ReadAsync(buffer[..Math.Min(1024, buffer.Length)], cancellationToken) : throw new IOException("Removed.");
        }
    }

    private sealed class FakeHost(Func<HttpRequestMessage, HttpStatusCode> response) : HttpMessageHandler
    {
        public List<string?> Tokens { get; } = [];

        public Func<Stream> Body { get; init; } = () => new MemoryStream(ReplicateStub.TinyPng);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Tokens.Add(request.Headers.Authorization?.ToString());
            return Task.FromResult(new HttpResponseMessage(response(request)) { Content = new StreamContent(Body()) });
        }
    }
}
