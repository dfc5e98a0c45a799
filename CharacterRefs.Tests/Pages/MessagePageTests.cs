using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>What is outside of an open modal dialog can neither be pressed nor heard, so messages go into it.</summary>
[Category("Integration")]
internal sealed class MessagePageTests : ChromiumTest
{
    [Test]
    public async Task Message_WhenTheLightboxIsOpen_IsSaidInIt()
    {
        using var client = Serve();
        await GenerateAsync(client, "A robot", 2);
        var page = await OpenAsync("images");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        await Tiles(page).First.ClickAsync();
        var said = page.GetByRole(AriaRole.Dialog).Locator("[role=status]");

        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(said).ToHaveTextAsync("2: A robot, seed 2");

        await GenerateAsync(client, "A fox", 1);
        await Expect(said).ToContainTextAsync("1 of 1 image ready: A fox");
    }

    [Test]
    public async Task Message_WhenADialogIsOnTop_CanBeReadAndClosed()
    {
        using var client = Serve();
        Expecting(HttpStatusCode.NotFound);
        await GenerateAsync(client, "A robot", 1);
        var page = await OpenAsync("images");
        await Tiles(page).First.ClickAsync();
        var id = (await IdsAsync(client))[0];
        await page.Keyboard.PressAsync("j");
        (await client.DeleteAsync($"/api/mv/character_references/{id}")).EnsureSuccessStatusCode();

        await page.GetByLabel("Job ID").FillAsync("video-42");
        await page.Keyboard.PressAsync("Enter");

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Add 1 image to a job" });
        await Expect(dialog.Locator("[role=status]")).ToContainTextAsync(id);
        await Toast(page, id).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Toast(page, id)).ToHaveCountAsync(0);
        await Expect(dialog).ToBeVisibleAsync();
    }
}
