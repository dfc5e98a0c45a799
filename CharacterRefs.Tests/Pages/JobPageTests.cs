using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed class JobPageTests : PageTest
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
    }

    private static async Task RunAsync(IPage page, string operation, string finding)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = operation, Exact = true }).ClickAsync();
        await Expect(page.Locator(".banner").GetByText(finding)).ToBeVisibleAsync();
    }
}
