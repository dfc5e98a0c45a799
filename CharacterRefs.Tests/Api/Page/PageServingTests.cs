using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Page;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Mvc.Testing;

namespace CharacterRefs.Tests.Api.Page;

[Category("Api")]
internal sealed partial class PageServingTests
{
    /// <summary>All that a visit can load, gzipped.</summary>
    private const int MostBytes = 60 * 1024;

    [TestCase("/")]
    [TestCase("/ui")]
    public async Task Get_WhenThePageIsNotNamedFully_RedirectsToIt(string path)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

        var response = await client.GetAsync(path);

        response.AssertStatus(HttpStatusCode.Redirect);
        Assert.That(response.Headers.Location!.ToString(), Is.EqualTo("/ui/"));
    }

    [Test]
    public async Task Get_WhenKeysAreRequired_ThePageIsServedWithoutOne()
    {
        using var api = new ApiFactory(settings: ("API_KEY", "secret"));
        using var client = api.CreateClient();

        (await client.GetAsync("/ui/")).AssertStatus(HttpStatusCode.OK);
    }

    [Test]
    public async Task Get_WhenTheDocumentIsRequested_ForbidsInlineCodeAndForeignOrigins()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await client.GetAsync("/ui/");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.That(policy, Does.Contain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"));
        Assert.That(policy, Does.Contain("require-trusted-types-for 'script'").And.Not.Contain("unsafe"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Match("<script(?![^>]* src=)|<style| style=| on[a-z]+="));
    }

    [Test]
    public async Task Get_WhenTheDocumentIsKnown_IsNotSentAgain()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var first = await client.GetAsync("/ui/");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/ui/");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        var response = await client.SendAsync(again);

        response.AssertStatus(HttpStatusCode.NotModified);
        Assert.That(first.Headers.CacheControl!.NoCache);
    }

    [Test]
    public async Task Get_WhenAFileIsRequested_IsCompressedAndKeptForEver()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var files = EmbeddedPage.Shared;

        var response = await client.GetAsync($"/ui/{files.Version}/app.js");

        Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(["gzip"]));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
        Assert.That(response.Headers.CacheControl!.ToString(), Is.EqualTo("public, max-age=31536000, immutable"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(files.Find(files.Version, "app.js")!.Gzip));
    }

    [TestCase("other/app.js")]
    [TestCase("{version}/none.js")]
    [TestCase("{version}/index.html")]
    [TestCase("{version}/../appsettings.json")]
    public async Task Get_WhenThereIsNoSuchFileInThisVersion_IsNotFound(string path)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var version = EmbeddedPage.Shared.Version;

        (await client.GetAsync($"/ui/{path.Replace("{version}", version, StringComparison.Ordinal)}")).AssertStatus(HttpStatusCode.NotFound);
    }

    [Test]
    public void Files_WhenAllAreLoaded_AreSmallerThanPromised()
    {
        var files = EmbeddedPage.Shared.All.Where(file => Path.GetFileName(file.Path) is not ("LICENSE" or "VERSIONS")).ToList();

        var gzip = files.Sum(file => file.Gzip.Length);

        TestContext.Out.WriteLine($"{files.Count} files: {gzip} bytes by gzip, {files.Sum(file => file.Brotli.Length)} by Brotli");
        Assert.That(gzip, Is.LessThan(MostBytes));
    }

    [Test]
    public void Words_WhenASlotFails_HasOneForEachCode()
    {
        var words = System.Text.Encoding.UTF8.GetString(EmbeddedPage.Shared.All.Single(file => file.Path == "words.js").Content);

        var missing = Enum.GetNames<ErrorKind>().Append(SlotFailure.SubmissionLost).Where(code => !words.Contains($"\n{code}: '", StringComparison.Ordinal));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Views_WhenTheyShowText_TakeItFromTheWords()
    {
        var texts = EmbeddedPage.Shared.All
            .Where(file => file.Path.EndsWith(".js", StringComparison.Ordinal) && file.Path != "words.js")
            .Where(file => !file.Path.StartsWith("vendor/", StringComparison.Ordinal))
            .SelectMany(file => LiteralText().Matches(System.Text.Encoding.UTF8.GetString(file.Content)).Select(match => $"{file.Path}: {match.Value}"));

        Assert.That(texts, Is.Empty);
    }

    [Test]
    public void Modules_WhenTheyImport_TheFileExists()
    {
        var files = EmbeddedPage.Shared.All.ToDictionary(file => file.Path);

        var missing = files.Values.Where(file => file.Path.EndsWith(".js", StringComparison.Ordinal))
            .SelectMany(file => Import().Matches(System.Text.Encoding.UTF8.GetString(file.Content))
                .Select(match => new Uri(new Uri($"http://page/{file.Path}"), match.Groups[1].Value).AbsolutePath[1..]))
            .Where(path => !files.ContainsKey(path));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Vendor_WhenListed_HasTheFilesOfThatVersionUnchanged()
    {
        var files = EmbeddedPage.Shared.All.Where(file => file.Path.StartsWith("vendor/", StringComparison.Ordinal)).ToList();
        var versions = System.Text.Encoding.UTF8.GetString(files.Single(file => file.Path == "vendor/VERSIONS").Content);

        var listed = HashLine().Matches(versions).Select(match => (match.Groups[2].Value, match.Groups[1].Value));

        Assert.That(listed, Is.EquivalentTo(files.Where(file => file.Path != "vendor/VERSIONS").Select(file => (file.Path["vendor/".Length..], file.Hash))));
    }

    [GeneratedRegex("""(?:from ?|import ?)["'](\.[^"']+)["']""")]
    private static partial Regex Import();

    /// <summary>A text between two tags, in an attribute that is read out or shown, or in a message.</summary>
    [GeneratedRegex(
        """(?<!=)>[^<>{}`$;=&(]*[A-Za-z]{2,}[^<>{}`$;=&(]*<|\b(?:title|aria-label|placeholder|alt)="[^"$]*[A-Za-z][^"]*"|(?:toast|announce)\(\s*["'`]""")]
    private static partial Regex LiteralText();

    [GeneratedRegex("^([0-9a-f]{64})  (.+)$", RegexOptions.Multiline)]
    private static partial Regex HashLine();
}
