using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using CharacterRefs.Application.Events;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed class JobPageTests : ChromiumTest
{
    private const string Key = "key-of-this-test";

    [Test]
    public async Task Job_WhenItsStoreAndItsWorkspaceAreDamaged_IsRepairedRestoredAndDownloaded()
    {
        Serve(("API_KEY", Key));
        Expecting(HttpStatusCode.Unauthorized);
        Expecting(HttpStatusCode.NotFound); // nothing is stored yet
        var workspace = Path.Join(Api.JobsRoot, "video-42");
        foreach (var path in new[] { "scenes/1.mp4", "final/movie.mp4" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(workspace, path))!);
            await File.WriteAllTextAsync(Path.Join(workspace, path), path);
        }

        var page = await OpenAsync("jobs");
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new("video-42 0 images, 0 files") })).ToBeVisibleAsync();
        await page.GetByLabel("Open a job by its ID").FillAsync("video-42");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Nothing of this job is stored.")).ToBeVisibleAsync();
        await RunAsync(page, "Store the workspace", "Uploaded, 2");
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);

        var stored = Directory.EnumerateFiles(Api.DataRoot, "1.mp4", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(stored, "scenes/?.mp4");
        File.Delete(Path.Join(workspace, "final/movie.mp4"));
        await RunAsync(page, "Verify", "Corrupt, 1");
        await Expect(page.Locator(".banner li").GetByText("scenes/1.mp4")).ToBeVisibleAsync();
        await RunAsync(page, "Repair", "Repaired, 1");
        await RunAsync(page, "Restore the workspace", "Restored, 1");
        Assert.That(await File.ReadAllTextAsync(Path.Join(workspace, "final/movie.mp4")), Is.EqualTo("final/movie.mp4"));
        await RunAsync(page, "Verify", "Intact, 2");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as zip" }).ClickAsync());

        Assert.That(download.SuggestedFilename, Is.EqualTo("video-42.zip"));
        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.SupersetOf(["scenes/1.mp4", "final/movie.mp4"]));
        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new("video-42 0 images, 2 files Complete") })).ToBeVisibleAsync();
    }

    [Test]
    public async Task Job_WhenItHasMoreImagesThanAPage_LoadsAThumbForEach()
    {
        using var client = Serve();
        await GenerateAsync(client, "A robot", 3);
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = await IdsAsync(client) })).EnsureSuccessStatusCode();
        var page = await OpenAsync("status");
        await page.RouteAsync("**/character_references?job_id=*", route =>
            route.ContinueAsync(new() { Url = route.Request.Url.Replace("limit=100", "limit=1", StringComparison.Ordinal) }));

        await GoAsync(page, "jobs/video-42");

        var images = page.Locator(".job-images img");
        await Expect(images).ToHaveCountAsync(3);
        foreach (var image in await images.AllAsync())
        {
            await Expect(image).ToHaveAttributeAsync("src", new Regex("/derivatives/thumb.webp$"));
            await Expect(image).ToHaveAttributeAsync("alt", "A robot");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove from the job" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "2 images" })).ToBeVisibleAsync();
        await Expect(page.Locator(":focus")).ToHaveCountAsync(1);
        var left = (await (await client.GetAsync("/api/mv/jobs/video-42/character_references")).JsonAsync()).GetProperty("items");
        Assert.That(left.GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Job_WhenItsImagesWereLookedAt_CountsNoThumbsAndPreviews()
    {
        using var client = Serve();
        Expecting(HttpStatusCode.NotFound); // nothing is stored yet
        await GenerateAsync(client, "A robot", 2);
        var page = await OpenAsync("generate");
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.slot img')].filter((image) => image.naturalWidth > 0).length === 2");
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = await IdsAsync(client) })).EnsureSuccessStatusCode();
        Assert.That(Directory.EnumerateFiles(Api.DataRoot, "preview.webp", SearchOption.AllDirectories).Count(), Is.EqualTo(2));

        await GoAsync(page, "jobs/video-42");
        await RunAsync(page, "Store the workspace", "Workspace stored");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "2 stored files" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await RunAsync(page, "Verify", "Intact, 2");
        await Expect(page.GetByText("Not in the manifest")).ToHaveCountAsync(0);
        await GoAsync(page, "images");
        await Expect(page.GetByText("2 images, that is all")).ToBeVisibleAsync();
    }

    [TestCase(JobOperation.Persist, "Storing…")]
    [TestCase(JobOperation.Verify, "Verifying…")]
    [TestCase(JobOperation.Repair, "Repairing…")]
    [TestCase(JobOperation.Restore, "Restoring…")]
    public async Task Job_WhenAnotherClientRunsAnOperation_ShowsItsProgressAndThenItsOutcome(JobOperation operation, string name)
    {
        using var client = Serve();
        await GenerateAsync(client, "A robot", 1);
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = await IdsAsync(client) })).EnsureSuccessStatusCode();
        var page = await OpenAsync("jobs/video-42");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 image" })).ToBeVisibleAsync();
        Assert.That(JobId.TryParse("video-42", out var jobId), Is.True);
        var log = Api.Services.GetRequiredService<EventLog>();
        var bar = page.GetByRole(AriaRole.Progressbar, new() { Name = name });

        log.Add(new JobProgress(jobId, operation, IsEnded: false, 0, 0, 0, 0));
        await Expect(bar).ToBeVisibleAsync();
        await Expect(bar).ToHaveJSPropertyAsync("position", -1); // not known yet
        log.Add(new JobProgress(jobId, operation, IsEnded: false, 9, 12, 90_000, 120_000));
        await Expect(page.GetByText("9 of 12 files, 90 kB of 120 kB")).ToBeVisibleAsync();
        await Expect(bar).ToHaveJSPropertyAsync("value", 0.75);
        var read = page.WaitForResponseAsync(response => response.Url.EndsWith("/jobs/video-42/assets", StringComparison.Ordinal));
        log.Add(new JobProgress(jobId, operation, IsEnded: true, 12, 12, 120_000, 120_000));

        await read;
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Jobs_WhenThereAreMoreThanAPage_AreLoadedPageByPage()
    {
        Serve();
        Expecting(HttpStatusCode.NotFound); // nothing is stored of the one that is opened
        foreach (var job in new[] { "video-1", "video-2", "video-3" })
        {
            Directory.CreateDirectory(Path.Join(Api.JobsRoot, job, "scenes"));
            await File.WriteAllTextAsync(Path.Join(Api.JobsRoot, job, "scenes", "1.mp4"), job);
        }

        var page = await OpenAsync("status");
        await page.RouteAsync(new Regex(@"/api/mv/jobs(\?|$)"), route =>
            route.ContinueAsync(new() { Url = route.Request.Url + (route.Request.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "limit=2" }));

        await GoAsync(page, "jobs");

        var rows = page.Locator(".job-row");
        await Expect(rows).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Load more" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Load more" })).ToHaveCountAsync(0);
        var names = await rows.Locator("strong").AllTextContentsAsync();
        Assert.That(names, Is.EquivalentTo(["video-1", "video-2", "video-3"]));
        await rows.Last.ClickAsync();
        await page.GoBackAsync();
        await Expect(rows).ToHaveCountAsync(2);
    }

    [Test]
    public async Task Archive_WhenTheSessionHasEnded_IsDownloadedWithAnotherOne()
    {
        var clock = new ShiftedClock();
        using var client = Serve(new ApiFactory(settings: [("API_KEY", Key), ("SESSION_LIFETIME", "60"), ("IMAGE_DECODE_TIMEOUT", "120")]) { Clock = clock });
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
        Expecting(HttpStatusCode.Unauthorized);
        await GenerateAsync(client, "A robot", 1);
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = await IdsAsync(client) })).EnsureSuccessStatusCode();
        var page = await OpenAsync("jobs/video-42");
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        var archive = page.GetByRole(AriaRole.Link, new() { Name = "Download as zip" });
        await Expect(archive).ToBeVisibleAsync();

        clock.Offset += TimeSpan.FromMinutes(2);
        var download = await page.RunAndWaitForDownloadAsync(() => archive.ClickAsync());

        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.That(zip.Entries, Is.Not.Empty);
    }

    private static async Task RunAsync(IPage page, string operation, string finding)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = operation, Exact = true }).ClickAsync();
        await Expect(page.Locator(".banner").GetByText(finding)).ToBeVisibleAsync();
    }
}
