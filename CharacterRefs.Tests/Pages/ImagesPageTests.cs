using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Page;
using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed partial class ImagesPageTests : ChromiumTest
{
    private const string Robot = "A silver robot";
    private const string Fox = "A fox courier";

    [Test]
    public async Task Walk_WhenOnlyKeysAreUsed_ComparesChoosesDeletesAndRestores()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 4, seed: 10);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(4);

        // Into the grid with Tab alone, past the header and the filters.
        for (var tabs = 0; tabs < 30 && !await page.EvaluateAsync<bool>("document.activeElement.matches('.tile')"); tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        var first = await FocusedAsync(page);
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByText("2 selected")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Compare 2 images" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("f");
        await page.Keyboard.PressAsync("5");
        await page.Keyboard.PressAsync("m");
        await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Position of the slider" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        await Expect(page.GetByText("2 selected")).ToBeVisibleAsync();
        await Expect(Sheet(page).GetByRole(AriaRole.Option, new() { NameRegex = FavoriteWithFiveStars() })).ToHaveCountAsync(1);
        var second = await FocusedAsync(page);
        Assert.That(second, Is.Not.EqualTo(first), "The focus is where it was before the comparison.");

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByText("2 selected")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Delete");
        await Expect(Tiles(page)).ToHaveCountAsync(3);
        var third = await FocusedAsync(page);
        Assert.That(third, Is.Not.EqualTo(second).And.Not.EqualTo(first), "The next image has the focus.");

        await page.Keyboard.PressAsync("u");
        await Expect(Tiles(page)).ToHaveCountAsync(4);
        Assert.That(await FocusedAsync(page), Is.EqualTo(second));

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByText("3 / 4")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.That(await FocusedAsync(page), Is.EqualTo(third), "The focus follows the lightbox.");
    }

    [Test]
    public async Task Delete_WhenTheBinIsEmptied_DeletesTheImageAfterAReloadToo()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await StopClockAsync(page);
        await Tiles(page).First.FocusAsync();

        await page.Keyboard.PressAsync("Delete");
        await Expect(Toast(page, "1 image deleted")).ToBeVisibleAsync();
        await page.ReloadAsync();

        await Expect(Toast(page, "1 image deleted")).ToBeVisibleAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        Assert.That(await CountAsync(client), Is.EqualTo(2));
        var deleted = page.WaitForResponseAsync(response => response.Request.Method == "DELETE");
        await page.Clock.FastForwardAsync(11_000);
        Assert.That((await deleted).Status, Is.EqualTo(204));
        Assert.That(await CountAsync(client), Is.EqualTo(1));
    }

    [Test]
    public async Task Undo_WhenThePageWasReloaded_ShowsTheImageAgain()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await StopClockAsync(page);
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await Expect(Toast(page, "1 image restored")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Grid_WhenImagesLandedInAnotherOrder_ShowsThoseOfAGenerationByTheirSlots()
    {
        Serve();
        var page = await OpenAsync("status");
        await page.RouteAsync("**/character_references?*", route =>
        {
            // A generation whose images are on two pages, between two others.
            var isFirst = !route.Request.Url.Contains("cursor=", StringComparison.Ordinal);
            object[] items = isFirst
                ? [Slot(1, "a", 1), Slot(2, "a", 0), Slot(3, "b", 3), Slot(4, "b", 0)]
                : [Slot(5, "b", 2), Slot(6, "b", 1), Slot(7, "c", 0)];
            return FulfillAsync(route, new { items, next_cursor = isFirst ? "4" : null });
        });
        await page.RouteAsync("**/derivatives/*", route => route.FulfillAsync(new() { Status = 204 }));

        await GoAsync(page, "images");

        await Expect(Tiles(page)).ToHaveTextAsync([OfSlot("a 0"), OfSlot("a 1"), OfSlot("b 0"), OfSlot("b 1"), OfSlot("b 2"), OfSlot("b 3"), OfSlot("c 0")]);

        static object Slot(int index, string generation, int slot) => RecordOf(index, $"{generation} {slot}", generation, slot);
        static Regex OfSlot(string name) => new(name);
    }

    [Test]
    public async Task Rate_WhenManyAreSelected_SendsAFewRequestsAtOnceAndAllOfThem()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 100);
        var (open, most, changed) = (0, 0, 0);
        var few = new SemaphoreSlim(0);
        await page.RouteAsync(MadeUpImage(), async route =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await few.WaitAsync();
            Interlocked.Decrement(ref open);
            Interlocked.Increment(ref changed);
            await FulfillAsync(route, RecordOf(IndexIn(route.Request.Url), "Changed"));
        });
        await GoAsync(page, "images");
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await Expect(page.GetByText("100 selected")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("4");

        await Expect(Tiles(page).First).ToContainTextAsync("★★★★");
        few.Release(100);
        await Expect(Tiles(page).First).ToContainTextAsync("Changed");
        await Condition.UntilAsync(() => Volatile.Read(ref changed) >= 100);

        Assert.That(most, Is.LessThanOrEqualTo(6));
    }

    [Test]
    public async Task Arrive_WhenAnotherTabGenerates_MovesNothingUntilItIsRequested()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        var other = await OpenTabAsync(page, "generate");

        await other.GetByLabel("Description").FillAsync(Fox);
        await other.GetByRole(AriaRole.Button, new() { Name = "1", Exact = true }).ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Generate 1 image" }).ClickAsync();

        var pill = page.GetByRole(AriaRole.Button, new() { Name = "1 new image" });
        await Expect(pill).ToBeVisibleAsync();
        await Expect(Tiles(page).First).ToContainTextAsync(Robot);
        await pill.ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(3);
        await Expect(Tiles(page).First).ToContainTextAsync(Fox);
        await Expect(Tiles(page).First).ToBeFocusedAsync();
    }

    [Test]
    public async Task Job_WhenImagesAreChosen_AssociatesThemAndShowsTheJob()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await Tiles(page).First.FocusAsync();

        await page.Keyboard.PressAsync("Control+a");
        await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Add to a job" }).ClickAsync();
        await page.GetByLabel("Job ID").FillAsync("video-42");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Toast(page, "2 images added to video-42")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Delete");

        await Expect(Toast(page, "used by video-42")).ToBeVisibleAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await GoAsync(page, "jobs/video-42");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "2 images" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Store the workspace", Exact = true }).ClickAsync();
        await Expect(page.Locator("section.banner")).ToContainTextAsync("Workspace stored");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(page.Locator("section.banner")).ToContainTextAsync("Verified");
        await Expect(page.GetByText("Intact, 2")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Filter_WhenSetAndLeft_IsInTheUrlAndBackUndoesIt()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        await GenerateAsync(client, Fox, 1);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(3);

        await page.GetByPlaceholder("Search").FillAsync("fox");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(FoxSearch());
        await page.GoBackAsync();

        await Expect(Tiles(page)).ToHaveCountAsync(3);
        await Expect(page.GetByPlaceholder("Search")).ToHaveValueAsync("");
        await GoAsync(page, "images?query=nothing");
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Annotate_WhenTagsAndANoteAreWritten_TheRecordHasThem()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 1);
        var page = await OpenAsync("images");
        await Tiles(page).First.ClickAsync();

        await page.GetByLabel("Tags").FillAsync("hero, red, hero");
        await page.GetByLabel("Note").FillAsync("The shield is right.");
        await page.GetByLabel("Tags").FocusAsync();
        await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Rate with 4 stars" }).ClickAsync(),
            response => response.Request.PostData?.Contains("rating", StringComparison.Ordinal) is true);
        await GoAsync(page, "images?tag=hero&min_rating=4");
        await page.ReloadAsync();

        await Tiles(page).First.ClickAsync();
        await Expect(page.GetByLabel("Tags")).ToHaveValueAsync("hero, red");
        await Expect(page.GetByLabel("Note")).ToHaveValueAsync("The shield is right.");
    }

    [Test]
    public async Task Zoom_WhenTwoAreCompared_BothShowTheSamePart()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var ids = await IdsAsync(client);
        var page = await OpenAsync($"compare/{ids[0]},{ids[1]}");
        var panes = page.Locator(".pane");
        await Expect(panes).ToHaveCountAsync(2);
        await Expect(panes.First).ToHaveAttributeAsync("data-factor", "1.000");

        await panes.First.HoverAsync();
        await page.Mouse.WheelAsync(0, -600);

        await Expect(panes.First).Not.ToHaveAttributeAsync("data-factor", "1.000");
        await Expect(panes.Last).ToHaveAttributeAsync("data-factor", (await panes.First.GetAttributeAsync("data-factor"))!);
        await page.Keyboard.PressAsync("z");
        await Expect(panes.Last).ToHaveAttributeAsync("data-factor", "1.000");
    }

    [Test]
    public async Task Zoom_WhenTheImageIsNotTheFirst_ShowsItsActualSizeAndBeyond()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await Tiles(page).First.ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByText("2 / 2")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("z");

        var image = page.Locator(".stage img");
        await Expect(image).ToHaveCSSAsync("transform", new Regex(@"^matrix\(1, 0, 0, 1, "));
        await page.Keyboard.PressAsync("+");
        await Expect(image).ToHaveCSSAsync("transform", new Regex(@"^matrix\(1\.25, "));

        var before = await PlaceAsync();
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        var after = await PlaceAsync();
        Assert.That((after.X < before.X, after.Y < before.Y), Is.EqualTo((true, true)), "The keys show what is to the right and below.");
        await Expect(page.GetByText("2 / 2")).ToBeVisibleAsync();

        async Task<LocatorBoundingBoxResult> PlaceAsync() => (await image.BoundingBoxAsync())!;
    }

    [Test]
    public async Task Annotate_WhenThePageIsReloadedWhileANoteIsWritten_SavesIt()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 1);
        var page = await OpenAsync($"images/{(await IdsAsync(client))[0]}");
        var note = page.GetByLabel("Note");
        await note.FillAsync("The shield is right.");

        await page.ReloadAsync();

        await Condition.UntilAsync(async () =>
        {
            var isKept = await note.InputValueAsync() == "The shield is right.";
            await (isKept ? Task.CompletedTask : page.ReloadAsync()); // the request may still be on its way
            return isKept;
        });
    }

    [Test]
    public async Task Scroll_WhenThereAreAThousandImages_OnlyTheNearOnesAreInTheDocument()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 1_000);
        await GoAsync(page, "images");
        await Tiles(page).First.FocusAsync();

        // End goes to the last image that is loaded, and loads more.
        await page.WaitForFunctionAsync(
            """
            () => {
              document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
              return document.activeElement.ariaPosInSet === '1000';
            }
            """);

        Assert.That(await Tiles(page).CountAsync(), Is.LessThan(120));
        await Expect(page.GetByText("1,000 images, that is all")).ToBeVisibleAsync();
        await Expect(Sheet(page).GetByRole(AriaRole.Option, new() { Name = "1,000: Character 0" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Opened" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Sheet(page).GetByRole(AriaRole.Option, new() { Name = "1,000: Opened" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(Sheet(page).GetByRole(AriaRole.Option, new() { Name = "1: Character 999" })).ToBeFocusedAsync();
    }

    [Test]
    public async Task Scroll_WhenTilesHaveGone_LeavesNothingOfThemInTheDocument()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 100);
        await GoAsync(page, "images");
        await Expect(page.GetByText("100 images, that is all")).ToBeAttachedAsync();
        await Tiles(page).First.FocusAsync();
        var nodes = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("End");
            await Expect(page.Locator(".tile:focus")).ToHaveAttributeAsync("aria-posinset", "100");
            await page.Keyboard.PressAsync("Home");
            await Expect(page.Locator(".tile:focus")).ToHaveAttributeAsync("aria-posinset", "1");
            await Expect(page.Locator(".tile[aria-posinset='100']")).ToHaveCountAsync(0);
            nodes.Add(await Sheet(page).EvaluateAsync<int>("(sheet) => sheet.childNodes.length")); // comments and texts too
        }

        Assert.That(nodes, Is.All.EqualTo(nodes[0]));
    }

    [Test]
    public async Task Scroll_WhenAThumbHasNotCome_NoLongerWaitsForIt()
    {
        Serve();
        var page = await OpenAsync("status");
        await page.RouteAsync("**/character_references?*", route => FulfillAsync(route, new { items = Enumerable.Range(0, 100).Select(WithThumb) }));
        var asked = new TaskCompletionSource<string>();
        var canceled = new TaskCompletionSource();
        await page.RouteAsync("**/derivatives/*", route => Task.FromResult(asked.TrySetResult(route.Request.Url)));
        await GoAsync(page, "images");
        await Tiles(page).First.FocusAsync();
        var first = await asked.Task.WaitAsync(PageBrowser.Timeout);
        page.RequestFailed += (_, request) => _ = request.Url == first && canceled.TrySetResult();

        await page.Keyboard.PressAsync("End");

        await canceled.Task.WaitAsync(PageBrowser.Timeout);
    }

    [Test]
    public async Task Look_WhenAnImageIsTakenFurther_CopiesDownloadsDeletesAndGeneratesItAgain()
    {
        using var client = Serve();
        var request = new { character_description = Robot, num_images = 2, seed = 7, aspect_ratio = "3:4", output_format = "webp", include_base64 = false };
        (await client.GenerateAsync(request)).EnsureSuccessStatusCode();
        var page = await OpenAsync("images", new() { Permissions = ["clipboard-read", "clipboard-write"] });
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        foreach (var key in new[] { "p", "r", "a", "s", "d", "j", "f" })
        {
            await page.Keyboard.PressAsync(key); // no image is active: nothing happens
        }

        await Expect(page.Locator(".toast")).ToHaveCountAsync(0);
        await Tiles(page).First.ClickAsync();
        var look = page.GetByRole(AriaRole.Dialog);
        var record = await (await client.GetAsync($"/api/mv/character_references/{Look().Match(page.Url).Groups[1].Value}")).JsonAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Copy the prompt" }).ClickAsync();
        await Expect(Toast(page, "Prompt copied")).ToBeVisibleAsync();
        Assert.That(await page.EvaluateAsync<string>("navigator.clipboard.readText()"), Is.EqualTo(record.Text("prompt")));

        // As on a home network without TLS.
        await page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        await page.Keyboard.PressAsync("s");
        await Expect(Toast(page, "Seed copied")).ToBeVisibleAsync();
        await look.GetByLabel("Note").FocusAsync();
        await page.Keyboard.PressAsync("Control+v");
        await Expect(look.GetByLabel("Note")).ToHaveValueAsync("7");

        var download = await page.RunAndWaitForDownloadAsync(() => look.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo($"{record.Text("id")}.webp"));
        Assert.That(new FileInfo(await download.PathAsync()).Length, Is.EqualTo(record.GetProperty("size_bytes").GetInt64()));

        await StopClockAsync(page);
        await look.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(look.GetByText("1 / 1")).ToBeVisibleAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(look.GetByText("2 / 2")).ToBeVisibleAsync();
        await page.Clock.ResumeAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Again with a new seed" }).ClickAsync();

        await Expect(page.GetByLabel("Description")).ToHaveValueAsync(Robot);
        await Expect(page.GetByLabel("Aspect ratio")).ToHaveValueAsync("3:4");
        await Expect(page.Locator("[name=output_format]")).ToHaveValueAsync("webp");
        await Expect(page.Locator("[name=seed]")).ToHaveValueAsync(NewSeed());
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByText("2 of 2", new() { Exact = true })).ToHaveCountAsync(2);
    }

    [Test]
    public async Task Act_WhenOnlyThePointerIsUsed_HasAButtonForWhatAKeyDoes()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images", new() { Permissions = ["clipboard-read", "clipboard-write"] });
        var selected = page.GetByRole(AriaRole.Toolbar);

        await Tiles(page).First.Locator(".pick").ClickAsync();
        await selected.GetByRole(AriaRole.Button, new() { Name = "Copy the seed" }).ClickAsync();
        await Expect(Toast(page, "Seed copied")).ToBeVisibleAsync();
        var star = selected.GetByRole(AriaRole.Button, new() { Name = "Rate with 4 stars" });
        await star.ClickAsync();
        await Expect(star).ToHaveAttributeAsync("title", "Remove the rating (0)");
        await star.ClickAsync();
        await Expect(star).ToHaveAttributeAsync("title", "Rate with 4 stars (4)");

        await Tiles(page).Last.Locator(".pick").ClickAsync();
        await Expect(selected.GetByRole(AriaRole.Button, new() { Name = "Copy the seed" })).ToHaveCountAsync(0);
        await selected.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the prompt" }).ClickAsync();
        await Expect(Toast(page, "Prompt copied")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.That(download.SuggestedFilename, Does.EndWith(".png"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Again with a new seed" }).ClickAsync();
        await Expect(page.GetByLabel("Description")).ToHaveValueAsync(Robot);
    }

    [Test]
    public async Task Compare_WhenTwoFlicker_ShowsOneAtATimeAndKeysActOnIt()
    {
        using var client = Serve();
        await GenerateAsync(client, $"{Robot} {string.Join(' ', Enumerable.Repeat("with a long description", 8))}", 2);
        var ids = await IdsAsync(client);
        var page = await OpenAsync($"compare/{ids[0]},{ids[1]}", new() { ViewportSize = new() { Width = 1200, Height = 700 } });
        await Expect(page.Locator(".pane-bar .facts")).ToHaveCountAsync(2);
        Assert.That(
            await page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.pane-bar .facts')].every((seed) => seed.scrollWidth <= seed.clientWidth)"),
            Is.True,
            "The seed is not cut.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Flicker" }).ClickAsync();
        var shown = page.Locator(".over .pane:not(.off) img");
        await Expect(shown).ToHaveAttributeAsync("src", new Regex(ids[0]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Swap" }).ClickAsync();
        await Expect(shown).ToHaveAttributeAsync("src", new Regex(ids[1]));
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(shown).ToHaveAttributeAsync("src", new Regex(ids[0]));
        await page.Keyboard.PressAsync("x");
        await page.RunAndWaitForResponseAsync(
            () => page.Keyboard.PressAsync("f"),
            response => response.Request.Method == "PATCH" && response.Url.EndsWith(ids[1], StringComparison.Ordinal));
        await Expect(page.Locator(".labels .shown .favorite")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Test]
    public async Task Grid_WhenPagesAreEmptyAndTheListGoesOn_LoadsUntilItHasImages()
    {
        Serve();
        var page = await OpenAsync("status");
        var requests = 0;
        await page.RouteAsync("**/character_references?*", route =>
        {
            // As a search of one letter, which reads a part of the catalog for each page.
            var number = Interlocked.Increment(ref requests);
            object[] items = number is 3 ? [RecordOf(1, "Ada")] : [];
            return FulfillAsync(route, new { items, next_cursor = number < 5 ? $"{number}" : null });
        });

        await GoAsync(page, "images?query=a");

        await Expect(page.GetByText("1 image, that is all")).ToBeVisibleAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        Assert.That(requests, Is.EqualTo(5));
    }

    [Test]
    public async Task Grid_WhenTheImageOfALinkIsNotInIt_CanBeReachedWithTab()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        await GenerateAsync(client, Fox, 1);
        var fox = (await IdsAsync(client))[0];
        var page = await OpenAsync("images?query=robot");
        await Expect(Tiles(page)).ToHaveCountAsync(2);

        await GoAsync(page, $"images/{fox}?query=robot");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = Fox })).ToBeVisibleAsync();
        await GoAsync(page, "images?query=robot");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.Locator(".tile[tabindex='0']")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Large" }).FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(Tiles(page).First).ToBeFocusedAsync();
    }

    [TestCase("jobs/%FF")]
    [TestCase("nowhere")]
    [TestCase("constructor")]
    [TestCase("compare")]
    [TestCase("images/a,b")]
    public async Task Open_WhenTheLinkLeadsNowhere_ShowsTheGridAndItsKeysWork(string place)
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);

        var page = await OpenAsync(place);

        await Expect(page).ToHaveURLAsync(new Uri(Address, "/ui/#/images").ToString());
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Compare 2 images" })).ToBeVisibleAsync();
        await GoAsync(page, place);
        await Expect(Tiles(page)).ToHaveCountAsync(2);
    }

    [Test]
    public async Task Grid_WhenAnImageIsHigherThanWide_ShowsAllOfIt()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 1, ratio: "9:16");
        var page = await OpenAsync("images");

        var image = (await Tiles(page).First.Locator("img").BoundingBoxAsync())!;

        var frame = (await Tiles(page).First.Locator(".frame").BoundingBoxAsync())!;
        Assert.That((image.Width, image.Height), Is.EqualTo((frame.Width, frame.Height)), "The picture is fitted into this box.");
    }

    [Test]
    public async Task Grid_WhenAThumbIsNotRenderedYet_RequestsItAgain()
    {
        using var client = Serve();
        Expecting(HttpStatusCode.ServiceUnavailable);
        await GenerateAsync(client, Robot, 1);
        var page = await OpenAsync("status");
        await page.Clock.InstallAsync();
        var busy = new TaskCompletionSource();
        await page.RouteAsync("**/derivatives/*", async route =>
        {
            await (busy.Task.IsCompleted ? route.ContinueAsync() : route.FulfillAsync(new() { Status = 503 }));
            busy.TrySetResult();
        });
        await GoAsync(page, "images");
        await busy.Task;
        await page.WaitForFunctionAsync("() => document.querySelector('.tile img').dataset.attempts");

        await page.Clock.FastForwardAsync(5_000);

        await page.WaitForFunctionAsync("() => document.querySelector('.tile img').naturalWidth > 0");
    }

    [Test]
    public async Task Delete_WhenDoneByAButton_TheFocusStaysAtThePlaceInTheGrid()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 4);
        var page = await OpenAsync("images");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0); // it returns the focus when it closes
        await Tiles(page).Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        var next = await Tiles(page).Nth(2).GetAttributeAsync("data-id");
        await StopClockAsync(page);

        await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(Tiles(page)).ToHaveCountAsync(3);
        Assert.That(await FocusedAsync(page), Is.EqualTo(next));
        await Toast(page, "1 image deleted").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(4);
        await Expect(Tiles(page).Nth(1)).ToBeFocusedAsync();
    }

    [Test]
    public async Task Compare_WhenOpenedByItsUrl_LeadsToTheImages()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var ids = await IdsAsync(client);
        var page = await OpenAsync($"compare/{ids[0]},{ids[1]}");
        await Expect(page.Locator(".pane")).ToHaveCountAsync(2);

        await page.Keyboard.PressAsync("Escape");

        await Expect(Tiles(page)).ToHaveCountAsync(2);
    }

    [Test]
    public async Task Compare_WhenARecordCannotBeRead_OffersToTryAgainAndLeavesOutOnlyWhatIsGone()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        Expecting(HttpStatusCode.ServiceUnavailable);
        Expecting(HttpStatusCode.NotFound);
        var ids = await IdsAsync(client);
        var page = await OpenAsync("status");
        await page.RouteAsync($"**/character_references/{ids[1]}", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"error":"StorageUnavailable","detail":"The catalog is busy."}""",
        }));

        await GoAsync(page, $"compare/{ids[0]},{ids[1]},{IdOf(404)}");

        await Expect(page).ToHaveURLAsync(new Regex($"#/compare/{ids[0]},{ids[1]}$"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The catalog is busy.");
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Locator(".compared")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Image B" }).ClickAsync();
        await Expect(page.Locator(".compared.active .letter")).ToHaveTextAsync("B");
    }

    [Test]
    public async Task Move_WhenNothingHasTheFocus_EntersTheGrid()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(2);

        await page.Keyboard.PressAsync("Control+ArrowDown");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.tagName"), Is.EqualTo("BODY"));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Tiles(page).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(Tiles(page).Last).ToBeFocusedAsync();

        // From another view the focus comes to the content as a whole.
        await page.GetByRole(AriaRole.Link, new() { Name = "Status" }).ClickAsync();
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Images" }).ClickAsync();
        await Expect(Tiles(page).Last).ToBeFocusedAsync();
    }

    [Test]
    public async Task Scroll_WhenTheWheelNearsTheEnd_LoadsMoreAndThumbsOnly()
    {
        Serve();
        var page = await OpenAsync("status");
        var images = new ConcurrentBag<string>();
        await page.RouteAsync("**/character_references?*", route =>
        {
            var cursor = Cursor().Match(route.Request.Url);
            var start = cursor.Success ? int.Parse(cursor.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            return FulfillAsync(route, new { items = Enumerable.Range(start, 100).Select(WithThumb), next_cursor = start < 200 ? $"{start + 100}" : null });
        });
        await page.RouteAsync(new Regex("/derivatives/|/content/"), route =>
        {
            images.Add(route.Request.Url);
            return route.FulfillAsync(new() { ContentType = "image/png", BodyBytes = TestImages.NoisePng });
        });
        await GoAsync(page, "images");
        await Expect(Tiles(page).First).ToBeVisibleAsync();
        await Expect(page.GetByText("300 images, that is all")).ToHaveCountAsync(0);
        await Tiles(page).First.HoverAsync();

        await Condition.UntilAsync(async () =>
        {
            await page.Mouse.WheelAsync(0, 1_000);
            return await page.GetByText("300 images, that is all").IsVisibleAsync();
        });

        Assert.That(images, Has.Count.GreaterThan(20).And.All.Contains("/derivatives/"));
    }

    [Test]
    public async Task Keys_WhenTheyAreListed_HaveAButtonEach()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var ids = await IdsAsync(client);
        var page = await OpenAsync("images");
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Toolbar)).ToBeVisibleAsync();
        var buttons = new HashSet<string>();
        await CollectAsync();
        await GoAsync(page, $"images/{ids[0]}");
        await Expect(page.Locator("dialog dl").First).ToBeVisibleAsync();
        await CollectAsync();
        await GoAsync(page, $"compare/{ids[0]},{ids[1]}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Flicker" }).ClickAsync();
        await CollectAsync();
        await GoAsync(page, "generate");
        await CollectAsync();

        // These are what they act on: the image itself, its corner, the field, the link, the ways to compare, the letters of the images.
        var others = new[] { "open", "select", "unrate", "search", "generate", "mode", "paneLeft", "paneRight" };
        var commands = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { ariaKeys, commands } = await import(document.querySelector('script').src.replace('app.js', 'images/commands.js'));
              return commands.map(({ id, keys }) => `${id} ${ariaKeys(keys)}`);
            }
            """);
        var missing = commands.Select(command => command.Split(' ', 2)).Where(command => !others.Contains(command[0]) && !buttons.Contains(command[1]));
        Assert.That(missing.Select(command => command[0]), Is.Empty);

        async Task CollectAsync() => buttons.UnionWith(await page.Locator("button[aria-keyshortcuts]:visible")
            .EvaluateAllAsync<string[]>("(buttons) => buttons.map((button) => button.getAttribute('aria-keyshortcuts'))"));
    }

    [Test]
    public async Task Move_WhenButtonsAreUsed_PansUndoesAndKeepsTheFocusAtTheEnd()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all that are loaded" }).ClickAsync();
        await Expect(page.GetByText("2 selected")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear the selection" }).ClickAsync();
        await StopClockAsync(page);
        await Tiles(page).First.ClickAsync();
        var look = page.GetByRole(AriaRole.Dialog);
        var image = look.Locator(".stage img");
        await look.GetByRole(AriaRole.Button, new() { Name = "Actual size or fit" }).ClickAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        var places = new List<LocatorBoundingBoxResult> { (await image.BoundingBoxAsync())! };
        foreach (var button in new[] { "Move to the right", "Move down", "Move to the left", "Move up" })
        {
            await look.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            places.Add((await image.BoundingBoxAsync())!);
        }

        Assert.That(
            places.Zip(places.Skip(1), (before, after) => (float.Sign(after.X - before.X), float.Sign(after.Y - before.Y))),
            Is.EqualTo([(-1, 0), (0, -1), (1, 0), (0, 1)]));

        var next = look.GetByRole(AriaRole.Button, new() { Name = "Next image" });
        await next.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(look.GetByText("2 / 2")).ToBeVisibleAsync();
        await Expect(next).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(next).ToBeFocusedAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(look.GetByText("1 / 1")).ToBeVisibleAsync();
        await Toast(page, "1 image deleted").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await look.GetByRole(AriaRole.Button, new() { Name = "Restore from the bin" }).ClickAsync();
        await Expect(look.GetByText("/ 2")).ToBeVisibleAsync();
    }

    [Test]
    public async Task More_WhenTheButtonHasTheFocus_KeepsItWhileAPageLoads()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 200);
        var gate = new TaskCompletionSource();
        await page.RouteAsync("**/character_references?*cursor=*", async route =>
        {
            await gate.Task;
            await route.FallbackAsync();
        });
        await GoAsync(page, "images");

        await page.GetByRole(AriaRole.Button, new() { Name = "Load more" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Loading…" })).ToBeFocusedAsync();
        gate.SetResult();
        await Expect(page.GetByText("200 images, that is all")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Look_WhenALinkLeadsFarDownTheList_StepsToTheNeighbors()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 1_000);

        await GoAsync(page, $"images/{IdOf(555)}");

        await Expect(page.GetByText("556 / 600+")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous image" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"#/images/{IdOf(554)}$"));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page).ToHaveURLAsync(new Regex($"#/images/{IdOf(556)}$"));
        await GoAsync(page, "images");
        Assert.That(await FocusedAsync(page), Is.EqualTo(IdOf(556)), "The grid shows where the image is.");
    }

    [Test]
    public async Task Look_WhenTheImageOfALinkHasJustArrived_StepsToTheNeighbors()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 1);
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await GenerateAsync(client, Fox, 1);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "1 new image" })).ToBeVisibleAsync();

        await GoAsync(page, $"images/{(await IdsAsync(client))[0]}");

        await Expect(page.GetByText("1 / 2")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByText("2 / 2")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Move_WhenArrowsPointUpAndDown_StaysInItsColumn()
    {
        Serve();
        var page = await OpenAsync("status");
        await ServeListAsync(page, 40);
        await GoAsync(page, "images");
        await Tiles(page).First.FocusAsync();
        var columns = await page.EvaluateAsync<int>(
            "() => new Set([...document.querySelectorAll('.tile')].map((tile) => tile.getBoundingClientRect().left)).size");
        Assert.That(columns, Is.InRange(3, 12));

        foreach (var (key, place) in new[]
        {
            ("ArrowUp", 1), ("ArrowDown", 1 + columns), ("ArrowRight", 2 + columns), ("ArrowDown", 2 + (2 * columns)), ("ArrowUp", 2 + columns),
            ("ArrowUp", 2), ("ArrowUp", 2), ("End", 40), ("ArrowDown", 40), ("ArrowUp", 40 - columns), ("ArrowDown", 40),
        })
        {
            await page.Keyboard.PressAsync(key);
            await Expect(page.Locator(".tile:focus")).ToHaveAttributeAsync("aria-posinset", $"{place}");
        }
    }

    [Test]
    public async Task Select_WhenImagesArriveAndLeave_SelectionAndFocusStayWithTheirImages()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 4);
        var page = await OpenAsync("images");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        await Tiles(page).Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowRight");
        var selected = page.Locator(".tile[aria-selected=true]");
        var focused = await FocusedAsync(page);
        var (chosen, place) = (await selected.GetAttributeAsync("data-id"), (await selected.BoundingBoxAsync())!);

        await GenerateAsync(client, Fox, 2);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "2 new images" })).ToBeVisibleAsync();

        Assert.That(await FocusedAsync(page), Is.EqualTo(focused));
        Assert.That(await selected.GetAttributeAsync("data-id"), Is.EqualTo(chosen));
        var after = (await selected.BoundingBoxAsync())!;
        Assert.That((after.X, after.Y), Is.EqualTo((place.X, place.Y)), "Nothing has moved.");

        await page.GetByRole(AriaRole.Button, new() { Name = "2 new images" }).ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(6);
        await Expect(selected).ToHaveCountAsync(1);
        Assert.That(await selected.GetAttributeAsync("data-id"), Is.EqualTo(chosen));

        await page.Locator($".tile[data-id='{focused}']").FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(Tiles(page)).ToHaveCountAsync(5);
        Assert.That(await FocusedAsync(page), Is.EqualTo(focused), "The selected image was deleted, not the one with the focus.");
        await Expect(selected).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Compare_WhenFourAreCompared_ZoomAndPanInStep()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 4);
        var page = await OpenAsync($"compare/{string.Join(',', await IdsAsync(client))}");
        var images = page.Locator(".pane img");
        await Expect(images).ToHaveCountAsync(4);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Slider" })).ToHaveCountAsync(0);
        var views = new HashSet<string> { await ViewAsync() };

        await page.Locator(".pane").Nth(2).HoverAsync();
        await page.Mouse.WheelAsync(0, -900);
        await Expect(page.Locator(".pane.can-pan")).ToHaveCountAsync(4);
        Assert.That(views.Add(await ViewAsync()), Is.True, "All have been zoomed.");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(0, 0);
        await page.Mouse.UpAsync();
        Assert.That(views.Add(await ViewAsync()), Is.True, "All have been moved.");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        Assert.That(views.Add(await ViewAsync()), Is.True, "All have been moved by a key.");

        async Task<string> ViewAsync()
        {
            var views = await images.EvaluateAllAsync<string[]>("(images) => images.map((image) => image.style.transform)");
            Assert.That(views, Has.Length.EqualTo(4).And.All.EqualTo(views[0]));
            return views[0];
        }
    }

    [Test]
    public async Task Compare_WhenTheSliderMoves_UncoversTheOtherImage()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 2);
        var page = await OpenAsync($"compare/{string.Join(',', await IdsAsync(client))}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Slider" }).ClickAsync();
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Position of the slider" });
        var upper = page.Locator(".over .upper");
        await Expect(upper).ToHaveCSSAsync("clip-path", "inset(0px 0px 0px 50%)");
        var over = (await page.Locator(".over").BoundingBoxAsync())!;
        var factor = await upper.GetAttributeAsync("data-factor");

        await page.Locator(".divider").HoverAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(over.X + (over.Width / 4), over.Y + (over.Height / 2));
        await page.Mouse.UpAsync();
        await Expect(slider).ToHaveValueAsync("25");
        await Expect(upper).ToHaveCSSAsync("clip-path", "inset(0px 0px 0px 25%)");
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");

        await Expect(upper).ToHaveCSSAsync("clip-path", "inset(0px 0px 0px 26%)");
        await Expect(upper).ToHaveAttributeAsync("data-factor", factor!);
        await page.Keyboard.PressAsync("Home");
        await Expect(upper).ToHaveCSSAsync("clip-path", "inset(0px 0px 0px 0%)");
    }

    [Test]
    public async Task Filter_WhenEachControlIsUsed_FiltersAndIsUndoneByBack()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 3);
        (await client.UploadAsync(TestImages.NoisePng)).EnsureSuccessStatusCode();
        var robots = (await IdsAsync(client)).Skip(1).ToArray();
        (await client.PatchAsJsonAsync($"/api/mv/character_references/{robots[0]}", new { favorite = true, tags = new[] { "hero" }, rating = 4 }))
            .EnsureSuccessStatusCode();
        (await client.PatchAsJsonAsync($"/api/mv/character_references/{robots[1]}", new { tags = new[] { "hero" } })).EnsureSuccessStatusCode();
        (await client.PostAsJsonAsync("/api/mv/jobs/video-42/character_references", new { image_ids = robots })).EnsureSuccessStatusCode();
        var page = await OpenAsync("images");
        await Expect(Tiles(page)).ToHaveCountAsync(4);
        var filters = page.GetByRole(AriaRole.Search);
        var favorites = filters.GetByRole(AriaRole.Button, new() { Name = "Favorites" });
        var (origin, rating) = (filters.GetByLabel("Any origin"), filters.GetByLabel("Any rating"));
        var (tag, job) = (filters.GetByRole(AriaRole.Searchbox, new() { Name = "Tag" }), filters.GetByRole(AriaRole.Searchbox, new() { Name = "Job" }));

        await origin.SelectOptionAsync("uploaded");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await origin.SelectOptionAsync("generated");
        await Expect(Tiles(page)).ToHaveCountAsync(3);
        await tag.FillAsync("hero");
        await tag.PressAsync("Enter");
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await job.FillAsync("video-42");
        await job.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("job_id=video-42"));
        await rating.SelectOptionAsync("4");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await favorites.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"#/images\?origin=generated&tag=hero&job_id=video-42&min_rating=4&favorite=true$"));

        await page.ReloadAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await Expect(origin).ToHaveValueAsync("generated");
        await Expect(tag).ToHaveValueAsync("hero");
        await Expect(job).ToHaveValueAsync("video-42");
        await Expect(rating).ToHaveValueAsync("4");
        await Expect(favorites).ToHaveAttributeAsync("aria-pressed", "true");

        foreach (var count in new[] { 1, 2, 2, 3, 1, 4 })
        {
            await page.GoBackAsync();
            await Expect(Tiles(page)).ToHaveCountAsync(count);
        }

        await Expect(favorites).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(origin).ToHaveValueAsync("");
        await Expect(tag).ToHaveValueAsync("");
    }

    /// <summary>Answers the list of images from here, because storing so many takes longer than looking at them.</summary>
    private static async Task ServeListAsync(IPage page, int count)
    {
        await page.RouteAsync("**/character_references?*", route =>
        {
            var cursor = Cursor().Match(route.Request.Url);
            var start = cursor.Success ? int.Parse(cursor.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            var items = Enumerable.Range(start, Math.Min(100, count - start)).Select(i => RecordOf(i, $"Character {count - 1 - i}"));
            var next = start + 100 < count ? $"{start + 100}" : null;
            return FulfillAsync(route, new { items, next_cursor = next });
        });
        await page.RouteAsync(MadeUpImage(), route => FulfillAsync(route, RecordOf(IndexIn(route.Request.Url), "Opened")));
    }

    private static Task FulfillAsync(IRoute route, object json) =>
        route.FulfillAsync(new() { ContentType = "application/json", Body = JsonSerializer.Serialize(json) });

    private static int IndexIn(string url) => int.Parse(url[(url.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    private static string IdOf(int index) => $"00000000-0000-7000-8000-{index:000000000000}";

    private static JsonNode WithThumb(int index)
    {
        var record = JsonSerializer.SerializeToNode(RecordOf(index, $"Character {index}"))!;
        record["derivatives"] = new JsonObject { ["thumb"] = $"/derivatives/{index}" };
        record["content_url"] = $"/content/{index}";
        return record;
    }

    private static object RecordOf(int index, string description, string? generation = null, int? slot = null)
    {
        return new
        {
            id = IdOf(index),
            origin = "generated",
            created_at = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(-index),
            format = "png",
            width = 64,
            height = 64,
            size_bytes = 1,
            seed = index,
            generation_id = generation,
            slot_index = slot,
            content_url = $"/ui/{EmbeddedPage.Shared.Version}/icon.svg",
            character_description = description,
            prompt = description,
            jobs = Array.Empty<string>(),
            copies = new { local = new { state = "present" } },
        };
    }

    /// <summary>Id of the image whose tile has the focus, as soon as one has it.</summary>
    private static async Task<string> FocusedAsync(IPage page) =>
        await (await page.WaitForFunctionAsync("() => document.activeElement?.dataset.id")).JsonValueAsync<string>();

    private static async Task<int> CountAsync(HttpClient client) => (await IdsAsync(client)).Count;

    /// <summary>Lets no timer of the page end, so that what it deletes waits in the bin for as long as the test takes.</summary>
    private static async Task StopClockAsync(IPage page)
    {
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
    }

    [GeneratedRegex("favorite, 5 stars")]
    private static partial Regex FavoriteWithFiveStars();

    [GeneratedRegex(@"#/images\?query=fox$")]
    private static partial Regex FoxSearch();

    [GeneratedRegex("/character_references/00000000-")]
    private static partial Regex MadeUpImage();

    [GeneratedRegex("#/images/([0-9a-f-]+)")]
    private static partial Regex Look();

    [GeneratedRegex(@"^(?!7$)\d+$")]
    private static partial Regex NewSeed();

    [GeneratedRegex(@"cursor=(\d+)")]
    private static partial Regex Cursor();
}
