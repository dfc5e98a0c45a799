using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>Takes the pictures of the README with placeholder images; run by <c>eng/take-screenshots</c>.</summary>
[Explicit("takes pictures; run it by eng/take-screenshots")]
[Category("Benchmark")]
internal sealed class Screenshots : ChromiumTest
{
    private static readonly (string Description, int Number, string Ratio, int Seed)[] s_characters =
    [
        ("Ada, a young lighthouse keeper in an oilskin coat", 4, "3:4", 11),
        ("A fox courier with a satchel and round glasses", 4, "1:1", 21),
        ("Captain Imre, retired balloonist, grey moustache", 3, "3:4", 31),
        ("A small moss golem with one glowing eye", 4, "1:1", 41),
        ("Noor, street magician, patched velvet jacket", 4, "3:4", 51),
        ("The clockmaker's apprentice, freckles, brass loupe", 4, "3:4", 61),
        ("A silver metallic humanoid robot with red shield", 4, "1:1", 7),
    ];

    private static readonly BrowserNewContextOptions s_desk = new() { ViewportSize = new() { Width = 1200, Height = 700 } };

    private static readonly BrowserNewContextOptions s_dark = new() { ViewportSize = s_desk.ViewportSize, ColorScheme = ColorScheme.Dark };

    private static readonly BrowserNewContextOptions s_phone = new()
    {
        ViewportSize = new() { Width = 390, Height = 844 },
        IsMobile = true,
        HasTouch = true,
        DeviceScaleFactor = 1.5f,
    };

    private static string Folder => Directory.CreateDirectory(Path.Join(SourceTree.Root, "docs", "images")).FullName;

    [Test]
    public async Task Take()
    {
        using var client = Serve();
        foreach (var (description, number, ratio, seed) in s_characters)
        {
            (await client.GenerateAsync(new { character_description = description, num_images = number, aspect_ratio = ratio, seed, include_base64 = false }))
                .EnsureSuccessStatusCode();
        }

        var page = await OpenAsync("images", s_desk);
        await Tiles(page).First.FocusAsync();
        foreach (var key in new[] { "f", "5", "ArrowRight", "4", "Space", "ArrowRight", "Space" })
        {
            await page.Keyboard.PressAsync(key);
        }

        await TakeAsync(page, "grid");
        await page.Keyboard.PressAsync("c");
        await Expect(page.Locator(".pane")).ToHaveCountAsync(2);
        await TakeAsync(page, "compare");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await Tiles(page).First.ClickAsync();
        await page.GetByLabel("Tags").FillAsync("hero, red shield");
        await page.GetByLabel("Note").FillAsync("The one for the first scene.");
        await page.Locator(".about h2").ClickAsync();
        await TakeAsync(page, "lightbox");

        var form = await OpenAsync("generate", s_desk);
        await form.GetByLabel("Description").FillAsync(s_characters[^1].Description);
        await form.GetByRole(AriaRole.Heading, new() { Name = "New character" }).ClickAsync();
        await TakeAsync(form, "generate");
        await TakeAsync(await OpenAsync("images", s_dark), "dark");
        await TakeAsync(await OpenAsync("images", s_phone), "phone");
    }

    private static async Task TakeAsync(IPage page, string name)
    {
        await Expect(page.Locator("main img").First).ToBeVisibleAsync();
        const string InSight = "[...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)";
        await page.WaitForFunctionAsync($"() => {InSight}.every((image) => image.complete && image.naturalWidth > 0)");
        await page.EvaluateAsync($"() => Promise.all({InSight}.map((image) => image.decode()))");
        await page.ScreenshotAsync(new() { Path = Path.Join(Folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }
}
