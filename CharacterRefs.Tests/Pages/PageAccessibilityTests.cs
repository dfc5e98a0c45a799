using System.Net;
using System.Net.Http.Json;
using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>Checks each view and each dialog with axe-core, and that the page fits small and large screens.</summary>
[Category("Integration")]
internal sealed class PageAccessibilityTests : ChromiumTest
{
    private const string Job = "video-42";

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Views_WhenShown_HaveNoSeriousFinding(ColorScheme scheme)
    {
        var ids = await ServeWithImagesAsync();
        var page = await OpenAsync("images", new() { ReducedMotion = ReducedMotion.Reduce, ColorScheme = scheme });
        var findings = new List<string>();

        foreach (var (place, ready) in new[]
        {
            ("images", ".tile img"),
            ("images?query=nothing", ".empty"),
            ($"images/{ids[0]}", "dialog dl"),
            ($"compare/{ids[0]},{ids[1]}", ".pane img"),
            ("generate", ".slot img"),
            ("upload", ".drop"),
            ("jobs", ".job-row"),
            ($"jobs/{Job}", ".job-images img"),
            ("status", ".facts-list"),
        })
        {
            await GoAsync(page, place);
            await Expect(page.Locator(ready).First).ToBeVisibleAsync();
            findings.AddRange(await AxeFindings.SeriousAsync(page));
        }

        Assert.That(findings, Is.Empty);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Dialogs_WhenOpened_HaveNoSeriousFinding(ColorScheme scheme)
    {
        var ids = await ServeWithImagesAsync();
        var page = await OpenAsync($"images/{ids[0]}", new() { ReducedMotion = ReducedMotion.Reduce, ColorScheme = scheme });
        var findings = new List<string>();

        foreach (var (key, name) in new[] { ("j", "Add 1 image to a job"), ("?", "Keyboard") })
        {
            await Expect(page.Locator("dialog dl").First).ToBeVisibleAsync();
            await page.Keyboard.PressAsync(key);
            var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = name });
            await Expect(dialog).ToBeVisibleAsync();
            findings.AddRange(await AxeFindings.SeriousAsync(page));
            await page.Keyboard.PressAsync("Escape");
            await Expect(dialog).ToHaveCountAsync(0);
        }

        Assert.That(findings, Is.Empty);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task States_WhenShown_HaveNoSeriousFinding(ColorScheme scheme)
    {
        var ids = await ServeWithImagesAsync();
        Expecting(HttpStatusCode.BadRequest);
        var page = await OpenAsync($"compare/{ids[0]},{ids[1]}", new() { ReducedMotion = ReducedMotion.Reduce, ColorScheme = scheme });
        var findings = new List<string>();
        foreach (var mode in new[] { "Slider", "Flicker" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = mode }).ClickAsync();
            await Expect(page.Locator(".over")).ToBeVisibleAsync();
            findings.AddRange(await AxeFindings.SeriousAsync(page));
        }

        // One image that is stored, one that is none, one on its way, and the message of one that was deleted.
        await GoAsync(page, "upload");
        await page.RouteAsync("**/upload_character_reference", route =>
            route.Request.PostDataBuffer!.AsSpan().IndexOf("slow.png"u8) < 0 ? route.ContinueAsync() : Task.CompletedTask);
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator(".drop").ClickAsync());
        await chooser.SetFilesAsync([.. new[] { ("good.png", TestImages.NoisePng), ("bad.png", TestImages.Text), ("slow.png", TestImages.NoisePng) }
            .Select(file => new FilePayload { Name = file.Item1, MimeType = "image/png", Buffer = file.Item2 })]);
        await Expect(page.Locator(".upload.done")).ToHaveCountAsync(1);
        await Expect(page.Locator(".upload.failed")).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(1);
        findings.AddRange(await AxeFindings.SeriousAsync(page));
        // What is in the bin stays there.
        await page.EvaluateAsync("() => { const wait = setTimeout; window.setTimeout = (run, time) => wait(run, time > 5000 ? 1e9 : time); }");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(Toast(page, "1 image deleted")).ToBeVisibleAsync();
        findings.AddRange(await AxeFindings.SeriousAsync(page));

        Assert.That(findings, Is.Empty);
    }

    [Test]
    public async Task Help_WhenOpenedByItsButton_ListsTheKeysAndReturnsTheFocus()
    {
        Serve();
        var page = await OpenAsync("images");
        var help = page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" });

        await help.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" });
        await Expect(dialog).ToContainTextAsync("Compare");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Expect(help).ToBeFocusedAsync();
    }

    [TestCase(360, 740)]
    [TestCase(768, 1024)]
    [TestCase(3840, 2160)]
    public async Task View_WhenTheScreenIsSmallOrLarge_FitsIt(int width, int height)
    {
        var ids = await ServeWithImagesAsync();
        var page = await OpenAsync("images", new() { ViewportSize = new() { Width = width, Height = height }, IsMobile = width < 720, HasTouch = width < 720 });
        foreach (var place in new[]
        {
            "images", "generate", "upload", "jobs", $"jobs/{Job}", "status", $"compare/{ids[0]},{ids[1]}", $"images/{ids[0]}",
        })
        {
            await GoAsync(page, place);
            await Expect(page.Locator("main :is(h2, .tile, .drop, .job-row, .job-images, .panel, .pane), dialog dl").First).ToBeAttachedAsync();

            Assert.That(await page.EvaluateAsync<int>("Math.max(innerWidth, document.documentElement.scrollWidth)"), Is.EqualTo(width), place);
        }

        // All that can be done with the images is in reach.
        await ExpectInReachAsync(".look-bar button", 16);
        await page.Locator(".look-bar").GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await GoAsync(page, $"compare/{ids[0]},{ids[1]}");
        await ExpectInReachAsync(".compare-bar button", 17);
        await GoAsync(page, "images");
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await ExpectInReachAsync(".action-bar button", 15);
        await ExpectInReachAsync(".filters > .icon-button", 2);

        async Task ExpectInReachAsync(string selector, int count)
        {
            var buttons = page.Locator(selector);
            await Expect(buttons).ToHaveCountAsync(count);
            foreach (var button in await buttons.AllAsync())
            {
                await Expect(button).ToBeInViewportAsync(new() { Ratio = 1 });
            }
        }
    }

    [TestCase(ReducedMotion.NoPreference)]
    [TestCase(ReducedMotion.Reduce)]
    public async Task Motion_WhenItIsUnwanted_IsNowhere(ReducedMotion preference)
    {
        var ids = await ServeWithImagesAsync();
        var page = await OpenAsync("images", new() { ReducedMotion = preference });
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".action-bar")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator(".toast").First).ToBeVisibleAsync(); // used by the job
        var motions = await MotionsAsync();
        await GoAsync(page, "generate");
        await Expect(page.Locator(".slot img").First).ToBeVisibleAsync();
        motions = [.. motions, .. await MotionsAsync()];
        foreach (var place in new[] { "upload", "jobs", $"jobs/{Job}", "status", $"compare/{ids[0]},{ids[1]}", $"images/{ids[0]}" })
        {
            await GoAsync(page, place);
            await Expect(page.Locator("main :is(.drop, .job-row, .job-images, .panel, .pane), dialog dl").First).ToBeVisibleAsync();
            motions = [.. motions, .. await MotionsAsync()];
        }

        Assert.That(motions, preference is ReducedMotion.Reduce ? Is.Empty : Is.SupersetOf(["toast", "action-bar", "icon-button", "IMG"]));

        Task<string[]> MotionsAsync() => page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('*')].flatMap((element) => [null, '::before', '::after'].map((part) => {
              const style = getComputedStyle(element, part);
              const lasts = `${style.animationDuration},${style.transitionDuration}`.split(',').some((time) => parseFloat(time) > 0.001);
              return lasts || style.animationIterationCount === 'infinite' ? element.classList[0] ?? element.tagName : null;
            })).filter(Boolean)
            """);
    }

    private async Task<string[]> ServeWithImagesAsync()
    {
        using var client = Serve();
        var made = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 2, include_base64 = false })).JsonAsync();
        var ids = made.GetProperty("images").EnumerateArray().Select(image => image.Text("id")).ToArray();
        (await client.PostAsJsonAsync($"/api/mv/jobs/{Job}/character_references", new { image_ids = ids })).EnsureSuccessStatusCode();
        return ids;
    }
}
