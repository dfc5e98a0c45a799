using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>The page while images come from a real S3 server, which is another origin.</summary>
[Category("Integration")]
internal sealed class StorePageTests : ChromiumTest
{
    private OutageScene _scene = null!;

    [SetUp]
    public async Task SetUp() => _scene = await OutageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Look_WhenTheImageIsInTheStore_ShowsTheBytesOfTheStore()
    {
        using var client = Serve(_scene.Start());
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, include_base64 = false })).EnsureSuccessStatusCode();
        var page = await OpenAsync("status");
        var fromStore = page.WaitForResponseAsync(response => response.Url.StartsWith(_scene.Relay.Address.ToString(), StringComparison.Ordinal));
        await GoAsync(page, "images");

        await page.Locator(".tile").First.ClickAsync();

        Assert.That((await fromStore).Status, Is.EqualTo(200));
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("Verified")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('dialog img').naturalWidth > 0");
    }

    [Test]
    public async Task Grid_WhenThumbsWereRemovedFromTheStore_HasThemMadeAgain()
    {
        using var client = Serve(_scene.Start());
        await GenerateAsync(client, "A robot", 1);
        var id = (await IdsAsync(client))[0];
        await Condition.UntilAsync(async () => (await BucketScene.CopyAsync(client, id)).Text("state") == "stored");
        const string Shown = "() => document.querySelector('.tile img')?.naturalWidth > 0";
        await (await OpenAsync("images")).WaitForFunctionAsync(Shown);
        await _scene.Bucket.Client.DeleteObjectAsync(_scene.Bucket.Name, $"derivatives/{id}/thumb.webp");
        Expecting(HttpStatusCode.NotFound);

        var page = await OpenAsync("images");

        await page.WaitForFunctionAsync(Shown);
    }

    [Test]
    public async Task Download_WhenTheImageIsInTheStore_SavesItAndThePageStays()
    {
        using var client = Serve(_scene.Start());
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 2, include_base64 = false })).EnsureSuccessStatusCode();
        var page = await OpenAsync("images");
        await page.Locator(".tile").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("Verified")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Control+a");
        var files = new ConcurrentBag<string>();
        var both = new TaskCompletionSource();
        page.Download += (_, download) =>
        {
            files.Add(download.SuggestedFilename);
            if (files.Count == 2)
            {
                both.SetResult();
            }
        };

        await page.Keyboard.PressAsync("d");

        await both.Task.WaitAsync(Condition.Limit);
        Assert.That(files, Is.Unique.And.All.EndsWith(".png"));
        await Expect(page.GetByText("2 selected")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Status_WhenTheStoreIsGone_CountsWhatWaitsAndSaysWhy()
    {
        using var client = Serve(_scene.Start());
        await _scene.Relay.DisposeAsync();
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 2, include_base64 = false })).EnsureSuccessStatusCode();
        Expecting(HttpStatusCode.ServiceUnavailable);

        var page = await OpenAsync("status");

        var panel = page.Locator(".panel").Filter(new() { HasText = "Pending uploads" });
        await Expect(panel.Locator(".big")).ToHaveTextAsync("2");
        await Expect(panel.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await Expect(panel.Locator("em").First).Not.ToBeEmptyAsync();
        await Expect(panel.GetByRole(AriaRole.Link).First).ToHaveTextAsync(new Regex("^(now|\\d+ (second|minute)s? ago)$"));
        await Expect(panel.GetByText(new Regex(@"\d+ failed attempts?")).First).ToBeVisibleAsync();
        var store = page.Locator(".facts-list div").Filter(new() { Has = page.GetByText("Store", new() { Exact = true }) }).Locator("dd");
        await Expect(store).ToHaveTextAsync(new Regex("^(Degraded|Not ready) .+"));
        Assert.That(await AxeFindings.SeriousAsync(page), Is.Empty);
        await page.RouteAsync("**/uploads", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("\"count\":2", "\"count\":300") });
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Expect(panel.Locator(".big")).ToHaveTextAsync("300");
        await Expect(panel).ToContainTextAsync("The oldest 2:");
    }
}
