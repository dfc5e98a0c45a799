using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>The nginx example of the documents, with a certificate and addresses of the test.</summary>
[Category("Integration")]
internal sealed partial class NginxExampleTests
{
    private static readonly Uri s_address = new("https://refs.example.org");

    [Test]
    public async Task Example_WhenItRuns_PassesUploadsRangesAndHostsOn()
    {
        using var directory = new TempDirectory();
        var (certificate, key, hash) = WriteCertificate(directory);
        using var api = new ApiFactory(settings: ("ALLOWED_HOSTS", s_address.Host));
        api.ListenOnLoopback();
        using var direct = api.CreateClient();
        await using var nginx = await Nginx.StartAsync(socket => Example()
            .Replace("listen 443 ssl", $"listen unix:{socket} ssl", StringComparison.Ordinal)
            .Replace("/etc/ssl/refs.example.org.pem", certificate, StringComparison.Ordinal)
            .Replace("/etc/ssl/private/refs.example.org.key", key, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8000", direct.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        using var client = nginx.CreateClient(s_address, hash);
        client.DefaultRequestHeaders.Add("Origin", s_address.OriginalString); // as a page of this host

        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var part = await client.GetAsync($"/api/mv/get_character_reference/{id}", headers => headers.Range = new RangeHeaderValue(0, 9));
        using var foreign = await client.GetAsync("/health/live", headers => headers.Host = "evil.example");

        part.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(part.Header("Strict-Transport-Security"), Is.EqualTo("max-age=31536000"));
        await foreign.ProblemAsync(403, "Forbidden");
        var (exitCode, output) = await nginx.LintAsync();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Not.Contain("[warn]").And.Contain("syntax is ok"));
    }

    /// <summary>The service sends the headers and nginx the file, and a client sees no difference.</summary>
    [Test]
    public async Task ImagesFromNginx_WhenServed_AreWhatTheServiceWouldSend()
    {
        using var api = new ApiFactory(settings: ("SERVE_WITH", "x-accel"));
        api.ListenOnLoopback();
        using var direct = api.CreateClient();
        var bytes = TestImages.NoisePng;
        var url = $"/api/mv/character_references/{await direct.UploadedIdAsync(bytes)}/content";
        await using var nginx = await Nginx.StartAsync(socket => $$"""
            server {
                listen unix:{{socket}};
                location / { proxy_pass {{direct.BaseAddress!.GetLeftPart(UriPartial.Authority)}}; proxy_http_version 1.1; }
                {{Examples()[1].Replace("/srv/character-refs/mv/outputs", api.DataRoot, StringComparison.Ordinal)}}
            }
            """);
        using var client = nginx.CreateClient();

        using var empty = await direct.GetAsync(url);
        using var whole = await client.GetAsync(url);
        using var part = await client.GetAsync(url, headers =>
        {
            headers.Range = new RangeHeaderValue(10, 19);
            headers.IfRange = new RangeConditionHeaderValue(whole.Headers.ETag!);
        });
        using var changed = await client.GetAsync(url, headers =>
        {
            headers.Range = new RangeHeaderValue(10, 19);
            headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"sha256-0\""));
        });
        using var current = await client.GetAsync(url, headers => headers.IfNoneMatch.Add(whole.Headers.ETag!));
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        using var forbidden = await client.GetAsync(empty.Header("X-Accel-Redirect"));

        Assert.That(await empty.Content.ReadAsByteArrayAsync(), Is.Empty);
        whole.AssertStatus(HttpStatusCode.OK);
        Assert.That(await whole.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        Assert.That(whole.Headers.Contains("X-Accel-Redirect"), Is.False);
        foreach (var name in (string[])["ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options",
            "Content-Security-Policy"])
        {
            Assert.That(whole.Header(name), Is.EqualTo(empty.Header(name)).And.Not.Empty, name);
        }

        part.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(await part.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes[10..20]));
        changed.AssertStatus(HttpStatusCode.OK);
        Assert.That(await changed.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        current.AssertStatus(HttpStatusCode.NotModified);
        Assert.That((head.StatusCode, head.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, (long?)bytes.Length)));
        forbidden.AssertStatus(HttpStatusCode.NotFound);
    }

    /// <summary>Each node has checked its own copy only.</summary>
    [Test]
    public async Task ImagesFromNginx_WhenAnotherNodeHasADamagedCopy_AreOfTheNodeThatResponds()
    {
        using var shared = new TempDirectory();
        var root = Path.Join(shared.FullPath, "node-3");
        using var api = new ApiFactory(root, ("SERVE_WITH", "x-accel"), ("ALLOWED_HOSTS", "nginx"));
        api.ListenOnLoopback();
        using var direct = api.CreateClient();
        var bytes = TestImages.NoisePng;
        var id = await direct.UploadedIdAsync(bytes);
        var other = Directory.CreateDirectory(Path.Join(shared.FullPath, "node-1", "character_reference")).FullName;
        await File.WriteAllBytesAsync(Path.Join(other, $"{id}.png"), [.. bytes[..^1], (byte)~bytes[^1]]);
        await using var nginx = await Nginx.StartFileAsync((socket, directory) => ComposeNode().Replace(
                SourceTree.Read("docs/operation/nginx.conf").Replace("/tmp/", $"{directory}/", StringComparison.Ordinal), direct.BaseAddress!.Authority)
            .Replace("listen 8000", $"listen unix:{socket}", StringComparison.Ordinal)
            .Replace("/data/mv", shared.FullPath, StringComparison.Ordinal));
        using var client = nginx.CreateClient();

        using var content = await client.GetAsync($"/api/mv/character_references/{id}/content");

        content.AssertStatus(HttpStatusCode.OK);
        Assert.That(await content.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
    }

    private static string Example() => Examples()[0];

    private static IReadOnlyList<string> Examples() =>
        [.. Block().Matches(SourceTree.Read("docs/operation.md")).Select(match => match.Groups[1].Value)];

    private static (string Certificate, string Key, string Hash) WriteCertificate(TempDirectory directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={s_address.Host}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (
            directory.Write("certificate.pem", System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())),
            directory.Write("key.pem", System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem())),
            certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    [GeneratedRegex("node-[123]:8000")]
    private static partial Regex ComposeNode();

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
