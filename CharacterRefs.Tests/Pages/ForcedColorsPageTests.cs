using System.Net.Http.Json;
using CharacterRefs.Application.Events;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>With the colors of the system, as in high contrast: backgrounds and shadows are gone, so borders, outlines and icons tell the states.</summary>
[Category("Integration")]
internal sealed class ForcedColorsPageTests : ChromiumTest
{
    private static readonly BrowserNewContextOptions s_forced = new() { ForcedColors = ForcedColors.Active };

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Grid_WhenColorsAreForced_ShowsFocusSelectionFavoriteAndStars(ColorScheme scheme)
    {
        using var client = Serve();
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 3, include_base64 = false })).EnsureSuccessStatusCode();
        var page = await OpenAsync("images", new BrowserNewContextOptions(s_forced) { ColorScheme = scheme });
        await page.Locator(".tile").First.FocusAsync();
        foreach (var key in new[] { "Space", "f", "4", "ArrowRight" })
        {
            await page.Keyboard.PressAsync(key);
        }

        await Expect(page.Locator(".tile .mark")).ToBeVisibleAsync();
        var (highlight, text, canvas) = (await SystemAsync(page, "Highlight"), await SystemAsync(page, "CanvasText"), await SystemAsync(page, "Canvas"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StyleAsync(page, ".tile[aria-selected=true] .frame", "outlineColor"), Is.EqualTo(highlight));
            Assert.That(await StyleAsync(page, ".tile[aria-selected=true] .frame", "outlineStyle"), Is.EqualTo("solid"));
            Assert.That(await StyleAsync(page, ".tile[aria-selected=true] .pick", "backgroundColor"), Is.EqualTo(highlight));
            Assert.That(await StyleAsync(page, ".tile:focus .frame", "outlineColor"), Is.EqualTo(text));
            Assert.That(await StyleAsync(page, ".tile:focus .frame", "outlineStyle"), Is.EqualTo("dashed"));
            Assert.That(await StyleAsync(page, ".tile:focus .pick", "backgroundColor"), Is.Not.EqualTo(highlight), "Only the selected ones look selected.");
            Assert.That(await StyleAsync(page, ".tile:last-child .frame", "borderTopStyle"), Is.EqualTo("solid"), "A tile has an edge.");
            Assert.That(await StyleAsync(page, ".tile .mark .icon", "fill"), Is.Not.EqualTo(canvas).And.Not.EqualTo("none"));
            Assert.That(await page.Locator(".tile .rating").TextContentAsync(), Is.EqualTo("★★★★"));
            Assert.That(await StyleAsync(page, ".action-bar .stars .on .icon", "fill"), Is.Not.EqualTo("none"));
            Assert.That(await StyleAsync(page, "nav a[aria-current]", "borderBottomColor"), Is.EqualTo(highlight));
            Assert.That(await StyleAsync(page, "nav a:not([aria-current])", "borderBottomColor"), Is.EqualTo(canvas), "Only the current view is marked.");
        }

        await page.Keyboard.PressAsync("Delete");
        Assert.That(await StyleAsync(page, ".fuse", "backgroundColor"), Is.EqualTo(highlight), "The time until the bin is emptied is visible.");
    }

    [Test]
    public async Task Compare_WhenColorsAreForced_ShowsTheActiveImageAndTheDivider()
    {
        using var client = Serve();
        await GenerateAsync(client, "A robot", 2);
        var page = await OpenAsync($"compare/{string.Join(',', await IdsAsync(client))}", s_forced);
        await Expect(page.Locator(".compared")).ToHaveCountAsync(2);
        var (highlight, canvas) = (await SystemAsync(page, "Highlight"), await SystemAsync(page, "Canvas"));
        Assert.That(await StyleAsync(page, ".compared.active .pane-bar", "borderTopColor"), Is.EqualTo(highlight));
        Assert.That(await StyleAsync(page, ".compared:not(.active) .pane-bar", "borderTopColor"), Is.EqualTo(canvas));

        await page.Keyboard.PressAsync("m");

        await Expect(page.Locator(".divider")).ToBeVisibleAsync();
        Assert.That(
            await page.Locator(".divider").EvaluateAsync<string>("(line) => getComputedStyle(line, '::before').backgroundColor"), Is.EqualTo(highlight));
        Assert.That(await StyleAsync(page, ".labels .shown .pane-bar", "borderTopColor"), Is.EqualTo(highlight));
    }

    [Test]
    public async Task Job_WhenColorsAreForced_ShowsItsProgress()
    {
        using var client = Serve();
        var made = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, include_base64 = false })).JsonAsync();
        var id = made.GetProperty("images")[0].Text("id");
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = new[] { id } })).EnsureSuccessStatusCode();
        var page = await OpenAsync("jobs/video-42", s_forced);
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        var log = Api.Services.GetRequiredService<EventLog>();
        Assert.That(JobId.TryParse("video-42", out var jobId), Is.True);
        var progress = new JobProgress(jobId, JobOperation.Restore, IsEnded: false, 3, 12, 30_000, 120_000);

        log.Add(progress);
        await Expect(page.GetByText("3 of 12 files, 30 kB of 120 kB")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Restoring…" })).ToHaveJSPropertyAsync("value", 0.25);
        log.Add(progress with { IsEnded = true });

        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Views_WhenColorsAreForced_ShowWhatIsPressed()
    {
        using var client = Serve();
        await GenerateAsync(client, "A robot", 2);
        var ids = await IdsAsync(client);
        (await client.PatchAsJsonAsync($"/api/mv/character_references/{ids[0]}", new { favorite = true, rating = 2 })).EnsureSuccessStatusCode();
        var page = await OpenAsync("status", s_forced);
        var pressed = new HashSet<string>();
        foreach (var place in new[] { "images?favorite=true", "generate", $"compare/{ids[0]},{ids[1]}", $"images/{ids[0]}", "upload", "jobs", "status" })
        {
            await GoAsync(page, place);
            await Expect(page.Locator("main :is(.tile, .slot, .pane, .drop, .empty, .panel), dialog dl").First).ToBeVisibleAsync();
            pressed.UnionWith(await page.EvaluateAsync<string[]>(
                """
                () => {
                  const look = (element) => {
                    const { backgroundColor, color, borderTopColor } = getComputedStyle(element);
                    return `${backgroundColor} ${color} ${borderTopColor}`;
                  };
                  const kind = (element) => element.classList[0] ?? element.parentElement.classList[0];
                  const released = [...document.querySelectorAll('[aria-pressed=false]')];
                  return [...document.querySelectorAll('[aria-pressed=true]')].map((element) =>
                    released.some((other) => kind(other) === kind(element) && look(other) === look(element)) ? `${kind(element)} is not seen` : kind(element));
                }
                """));
            Assert.That(
                await page.EvaluateAsync<string[]>(
                    """
                    () => [...document.querySelectorAll('main :is(button, .button, input, select, textarea, .panel, .slot, .drop), dialog button')]
                      .filter((element) => element.checkVisibility() && element.type !== 'range')
                      .filter((element) => [element, element.parentElement].every((each) => getComputedStyle(each).borderTopStyle === 'none'))
                      .map((element) => element.outerHTML)
                    """),
                Is.Empty,
                $"{place}: a control without an edge");
        }

        Assert.That(pressed, Is.EquivalentTo(["chip", "segments", "icon-button", "letter"]));
    }

    private static Task<string> StyleAsync(IPage page, string selector, string property) =>
        page.Locator(selector).First.EvaluateAsync<string>($"(element) => getComputedStyle(element).{property}");

    private static Task<string> SystemAsync(IPage page, string color) => page.EvaluateAsync<string>(
        """
        (color) => {
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = color;
          const value = getComputedStyle(probe).color;
          probe.remove();
          return value;
        }
        """,
        color);
}
