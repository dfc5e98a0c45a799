using System.Net;
using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed class KeyPageTests : ChromiumTest
{
    private const string Key = "key-of-this-test";

    [Test]
    public async Task Open_WhenAKeyIsRequired_AsksOnceAndShowsImagesWithIt()
    {
        using var client = Serve(("API_KEY", Key));
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 2, include_base64 = false })).EnsureSuccessStatusCode();
        Expecting(HttpStatusCode.Unauthorized);
        var page = await OpenAsync("images");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "API key" });

        await dialog.GetByLabel("Key").FillAsync("another-key");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not accept this key");
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            Assert.That(await AxeFindings.SeriousAsync(page), Is.Empty);
        }

        await dialog.GetByLabel("Key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.Locator(".tile")).ToHaveCountAsync(2);
        await AssertImagesAreShownAsync(page);
        Assert.That(await page.EvaluateAsync<int>("localStorage.length"), Is.Zero);

        await page.ReloadAsync();

        await AssertImagesAreShownAsync(page);
        await Expect(dialog).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Open_WhenAnotherTabHasTheKey_DoesNotAskAgainUntilItIsForgotten()
    {
        using var client = Serve(("API_KEY", Key));
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
        await GenerateAsync(client, "A robot", 1);
        Expecting(HttpStatusCode.Unauthorized);
        var first = await OpenAsync("images");
        await first.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(Key);
        await first.Keyboard.PressAsync("Enter");
        await Expect(Tiles(first)).ToHaveCountAsync(1);
        await first.Context.ClearCookiesAsync(); // as after SESSION_LIFETIME: only the key helps

        var second = await OpenTabAsync(first, "status");
        var forget = second.GetByRole(AriaRole.Button, new() { Name = "Forget the API key" });
        await Expect(forget).ToBeVisibleAsync();
        await GoAsync(second, "images");
        await Tiles(second).First.FocusAsync();
        await second.RunAndWaitForResponseAsync(
            () => second.Keyboard.PressAsync("f"), response => response is { Status: 200, Request.Method: "PATCH" });
        await Expect(second.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.That(await second.EvaluateAsync<int>("localStorage.length"), Is.Zero);

        // Forgotten in one tab, it is forgotten in all; typed in one, it is known to those that ask for it.
        await GoAsync(second, "status");
        await forget.ClickAsync();
        await Expect(second.GetByRole(AriaRole.Textbox, new() { Name = "Key" })).ToBeVisibleAsync();
        await Tiles(first).First.FocusAsync();
        await first.Keyboard.PressAsync("f");
        var typed = first.GetByRole(AriaRole.Textbox, new() { Name = "Key" });
        await typed.FillAsync("half of a k");
        await second.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync("another-key");
        await second.Keyboard.PressAsync("Enter");
        await Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not accept this key");
        await Expect(typed).ToHaveValueAsync("half of a k");
        await second.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(Key);
        await second.Keyboard.PressAsync("Enter");
        await Expect(first.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(forget).ToBeVisibleAsync();
    }

    [Test]
    public async Task Images_WhenTheSessionHasEnded_AreShownByAnotherOne()
    {
        var clock = new ShiftedClock();
        using var client = Serve(new ApiFactory(settings: [("API_KEY", Key), ("SESSION_LIFETIME", "60"), ("IMAGE_DECODE_TIMEOUT", "120")]) { Clock = clock });
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
        await GenerateAsync(client, "A robot", 2);
        var ids = await IdsAsync(client);
        Expecting(HttpStatusCode.Unauthorized);
        var page = await OpenAsync("upload");
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        var renewals = 0;
        page.Request += (_, request) => renewals += request.Url.EndsWith("/session", StringComparison.Ordinal) ? 1 : 0;

        clock.Offset += TimeSpan.FromMinutes(2);
        await GoAsync(page, $"compare/{ids[0]},{ids[1]}");

        await AssertImagesAreShownAsync(page, ".pane img");
        Assert.That(renewals, Is.EqualTo(1));
    }

    private static async Task AssertImagesAreShownAsync(IPage page, string images = ".tile img")
    {
        await Expect(page.Locator(images)).ToHaveCountAsync(2);
        await page.WaitForFunctionAsync(
            "(images) => [...document.querySelectorAll(images)].every((image) => image.complete && image.naturalWidth > 0)", images);
    }
}
