using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed partial class GeneratePageTests : ChromiumTest
{
    private const string Robot = "A silver robot with a red shield";

    private const string StartPath = "**/generate_character_reference";

    private ReplicateStub _stub = null!;

    [SetUp]
    public async Task StartStubAsync()
    {
        _stub = await ReplicateStub.StartAsync();
        _stub.ImageOf = _ => TestImages.Solid(ImageFormat.Png, 64, 64);
    }

    [TearDown]
    public ValueTask StopStubAsync() => _stub.DisposeAsync();

    [Test]
    public async Task Generate_WhenSent_ShowsEachImageAndOpensIt()
    {
        Serve();
        var page = await OpenAsync("generate");

        await GenerateAsync(page, 2);

        var generation = Generation(page);
        await Expect(generation.GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(generation.GetByText("Done")).ToBeVisibleAsync();

        await generation.GetByRole(AriaRole.Link).First.ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = Robot });
        await Expect(dialog.GetByText("placeholder", new() { Exact = true })).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(GeneratePlace());
    }

    [Test]
    public async Task Walk_WhenACharacterIsMade_IsWatchedComparedChosenAndAssociated()
    {
        _stub.ByDefault(prediction => prediction.NeverEnds());
        ServeStub();
        var page = await OpenAsync("generate");

        await GenerateAsync(page, 3);
        await Expect(Generation(page).GetByText("Generating")).ToHaveCountAsync(3);
        await Expect(Generation(page).GetByText("0 of 3")).ToBeVisibleAsync();
        _stub.Predictions.First().Script.Succeeded();
        await Expect(Generation(page).GetByText("1 of 3")).ToBeVisibleAsync();
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await _stub.SucceedAsync(3);
        await Expect(Generation(page).GetByText("Done")).ToBeVisibleAsync();

        await Generation(page).GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        var panes = page.Locator(".compared");
        await Expect(panes).ToHaveCountAsync(3);
        await panes.Nth(0).GetByRole(AriaRole.Button, new() { Name = "Take out of the comparison" }).ClickAsync();
        await Expect(panes).ToHaveCountAsync(2);
        await panes.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Favorite" }).ClickAsync();
        await page.RunAndWaitForResponseAsync(
            () => panes.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Rate with 5 stars" }).ClickAsync(),
            response => response.Request.PostData?.Contains("rating", StringComparison.Ordinal) is true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to a job" }).ClickAsync();
        await page.GetByLabel("Job ID").FillAsync("video-42");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(Toast(page, "1 image added to video-42")).ToBeVisibleAsync();

        await GoAsync(page, "images?job_id=video-42&favorite=true&min_rating=5");
        await Tiles(page).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "video-42" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 image" })).ToBeVisibleAsync();
    }

    [TestCase(ReducedMotion.NoPreference)]
    [TestCase(ReducedMotion.Reduce)]
    public async Task Generate_WhenTheCardIsBelowTheForm_ScrollsToIt(ReducedMotion motion)
    {
        Serve();
        var phone = new BrowserNewContextOptions { ViewportSize = new() { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true };
        var page = await OpenAsync("generate", new(phone) { ReducedMotion = motion });
        await page.EvaluateAsync(
            """
            () => {
              const scroll = Element.prototype.scrollIntoView;
              Element.prototype.scrollIntoView = function (options) {
                document.body.dataset.scrolled = options.behavior;
                scroll.call(this, options);
              };
            }
            """);

        await GenerateAsync(page, 1);

        await Expect(page.Locator("body")).ToHaveAttributeAsync("data-scrolled", motion is ReducedMotion.Reduce ? "instant" : "smooth");
        await Expect(Generation(page).GetByRole(AriaRole.Heading)).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Test]
    public async Task Results_WhenTheirFramesAreSmall_LoadOnlyThumbs()
    {
        using var client = Serve();
        await GenerateAsync(client, Robot, 4);
        var page = await OpenAsync("status", new() { ViewportSize = new() { Width = 1280, Height = 800 }, DeviceScaleFactor = 1 });

        await GoAsync(page, "generate");

        var images = Generation(page).Locator("img");
        await Expect(images).ToHaveCountAsync(4);
        foreach (var image in await images.AllAsync())
        {
            await Expect(image).ToHaveJSPropertyAsync("complete", true);
            await Expect(image).ToHaveAttributeAsync("loading", "lazy");
            Assert.That(await image.EvaluateAsync<string>("(image) => image.currentSrc"), Does.EndWith("/thumb.webp"));
        }

        var previews = Directory.EnumerateFiles(Api.DataRoot, "preview.webp", SearchOption.AllDirectories);
        Assert.That(previews, Is.Empty, "None was rendered.");
        await page.SetViewportSizeAsync(2560, 1440);
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('.slot img')?.currentSrc.endsWith('preview.webp')");
    }

    [Test]
    public async Task Form_WhenThePlaceholderRenders_SaysSoInsteadOfTheModelAndItsPrice()
    {
        Serve();

        var cost = (await OpenAsync("generate")).Locator(".cost");

        await Expect(cost).ToHaveTextAsync("Placeholder imagesdrawn by this service, without a model");
    }

    [Test]
    public async Task Form_WhenTheModelIsChanged_KeepsTheFocusAndSendsOnlyWhatTheModelTakes()
    {
        Serve([.. StubSettings(), ("REPLICATE_ALLOWED_MODELS", $"{StubModels.FluxPro},{StubModels.Imagen},{StubModels.IdeogramCharacter}")]);
        var page = await OpenAsync("generate");
        await page.GetByText("Model, format, seed").ClickAsync();
        var model = page.Locator("[name=model]");
        await model.SelectOptionAsync(StubModels.FluxPro);
        await page.Locator("[name=output_format]").SelectOptionAsync("webp");
        await page.Locator("[name=aspect_ratio]").SelectOptionAsync("4:5");
        await model.FocusAsync();
        await model.SelectOptionAsync("");
        await Expect(model).ToBeFocusedAsync();

        await model.SelectOptionAsync(StubModels.IdeogramCharacter);
        await Expect(page.GetByText("This model needs a reference image")).ToBeVisibleAsync();
        await model.SelectOptionAsync(StubModels.Imagen);
        await Expect(page.Locator("[name=aspect_ratio]")).ToHaveValueAsync("");
        await GenerateAsync(page, 1);

        await Expect(Generation(page).GetByText("1 of 1")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Generate_WhenThePageIsReloadedInTheMiddle_ShowsTheGenerationAndItsImages()
    {
        _stub.ByDefault(prediction => prediction.NeverEnds());
        ServeStub();
        var page = await OpenAsync("generate");
        await GenerateAsync(page, 2);
        await Expect(Generation(page).GetByText("Generating")).ToHaveCountAsync(2);

        await page.ReloadAsync();

        await Expect(Generation(page).GetByText("Generating")).ToHaveCountAsync(2);
        await Expect(page.GetByLabel("Description")).ToHaveValueAsync(Robot);
        await _stub.SucceedAsync(2);
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(Generation(page)).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Generate_WhenTheResponseIsLost_ANewTryStartsNothingNew()
    {
        Serve();
        var page = await OpenAsync("generate");
        var requests = 0;
        await page.RouteAsync("**/generate_character_reference", async route =>
        {
            await route.FetchAsync();
            await (++requests == 1 ? route.AbortAsync() : route.ContinueAsync());
        });
        Expecting("net::ERR_FAILED");

        await GenerateAsync(page, 1);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate 1 image" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Expect(Generation(page)).ToHaveCountAsync(1);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Generate_WhenTheResponseIsLostAndThePageReloaded_SendsTheSameRequestAgain(bool byAProxy)
    {
        Serve();
        var lost = new RouteFulfillOptions { Status = 504, ContentType = "text/html", Body = "<h1>Gateway Timeout</h1>" };
        var page = await OpenAsync("generate");
        var keys = new List<string?>();
        page.Request += (_, request) =>
        {
            if (IsStart(request))
            {
                keys.Add(request.Headers.GetValueOrDefault("idempotency-key"));
            }
        };
        await page.RouteAsync(StartPath, async route =>
        {
            await route.FetchAsync();
            await (byAProxy ? route.FulfillAsync(lost) : route.AbortAsync());
        });
        Expecting(HttpStatusCode.GatewayTimeout);
        Expecting("net::ERR_FAILED");
        await GenerateAsync(page, 1);
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.UnrouteAllAsync();

        var resumed = await page.RunAndWaitForResponseAsync(() => page.ReloadAsync(), response => IsStart(response.Request));

        Assert.That((await resumed.AllHeadersAsync()).GetValueOrDefault("idempotent-replayed"), Is.EqualTo("true"));
        Assert.That(keys, Has.Count.EqualTo(2).And.All.EqualTo(keys[0]).And.All.Not.Null);
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Expect(Generation(page)).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Generate_WhenTheServiceRejects_SendsNothingAgainByItself()
    {
        Serve();
        var page = await OpenAsync("generate");
        await page.RouteAsync(StartPath, route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{ "status": 503, "error": "ConfigurationError", "detail": "REPLICATE_API_TOKEN is not configured" }""",
        }));
        Expecting(HttpStatusCode.ServiceUnavailable);
        await GenerateAsync(page, 1);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("REPLICATE_API_TOKEN");
        await page.UnrouteAllAsync();
        var sent = 0;
        page.Request += (_, request) => sent += IsStart(request) ? 1 : 0;

        await page.ReloadAsync();

        // What the page sends when it starts, it sends before it follows the events.
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        await GoAsync(page, "images");
        await Expect(page.GetByText("No images yet")).ToBeVisibleAsync();
        Assert.That(sent, Is.Zero);
    }

    [Test]
    public async Task Generate_WhenAnImageFails_SaysWhyAndRetriesIt()
    {
        _stub.Script(prediction => prediction.Failed(
            $"{PredictionScript.Nsfw} {string.Join(' ', Enumerable.Repeat("The input was flagged by a classifier.", 20))}"));
        ServeStub();
        var page = await OpenAsync("generate");

        await GenerateAsync(page, 4);
        var slot = Generation(page).Locator(".slot.failed");
        await Expect(slot.GetByText("Rejected by the model")).ToBeVisibleAsync();
        await Expect(slot).ToContainTextAsync("The input was flagged by a classifier.");
        var height = await slot.EvaluateAsync<int>("(slot) => slot.scrollHeight - slot.clientHeight");
        Assert.That(height, Is.Positive, "The reason is longer than its frame.");
        await slot.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(slot).ToHaveJSPropertyAsync("scrollTop", height);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            Assert.That(await AxeFindings.SeriousAsync(page), Is.Empty);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Retry what failed" }).ClickAsync();

        await Expect(Generation(page)).ToHaveCountAsync(2);
        await Expect(Generation(page).First.GetByText("1 of 1")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Status_WhenABudgetAndARateLimitApply_ShowsWhatIsSpentAndWhatWaits()
    {
        _stub.Throttle(0.001, 3);
        Serve([.. StubSettings(), ("MODEL_PRICES", $"{StubModels.FluxPro}=0.04"), ("BUDGET_USD_PER_DAY", "0.2")]);
        Expecting(HttpStatusCode.PaymentRequired);
        var page = await OpenAsync("generate", new() { ViewportSize = new() { Width = 1200, Height = 700 } });
        await Expect(page.GetByText("About $0.16")).ToBeVisibleAsync();
        await GenerateAsync(page, 4);
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(3);

        await page.GetByRole(AriaRole.Button, new() { Name = "Generate 4 images" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("0.16 USD");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Status" }).ClickAsync();

        await Expect(page.GetByText("The budget is $0.20 a day.")).ToBeVisibleAsync();
        await Expect(page.Locator("meter")).ToHaveJSPropertyAsync("value", 0.16);
        await Expect(page.GetByText("1 image waits for the rate limit or a free place.")).ToBeVisibleAsync();
        await Expect(page.GetByText("9 requests per second")).ToBeVisibleAsync();
        await Expect(FactOf(page, "Waiting for it")).ToHaveTextAsync("1");
        await Expect(FactOf(page, "Paused until")).ToHaveTextAsync(new Regex("^\\d+:\\d\\d:\\d\\d"));
    }

    [Test]
    public async Task Cancel_WhenAGenerationRuns_EndsIt()
    {
        _stub.ByDefault(prediction => prediction.NeverEnds());
        ServeStub();
        var page = await OpenAsync("generate");
        await GenerateAsync(page, 2);
        await Expect(Generation(page).GetByText("Generating")).ToHaveCountAsync(2);

        await Generation(page).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(Generation(page).Locator(".status")).ToHaveTextAsync("Canceled");
        await Expect(Generation(page).GetByRole(AriaRole.Button, new() { Name = "Retry what failed" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task Generate_WhenTheServiceIsKilledAndStartedAgain_ThePageGoesOn()
    {
        using var directory = new TempDirectory();
        var port = LoopbackPort.Free();
        (string, string)[] settings = [.. StubSettings(), ("API_PORT", $"{port}")];
        _stub.ByDefault(prediction => prediction.NeverEnds());
        using var first = ApiProcess.Start(directory.FullPath, settings);
        using var client = await first.ConnectAsync();
        var page = await OpenAsync(client.BaseAddress!, "generate");
        Expecting("net::ERR_");
        await GenerateAsync(page, 2);
        await Expect(Generation(page).GetByText("Generating")).ToHaveCountAsync(2);

        await first.KillAsync();
        await Expect(page.GetByText("Connection lost")).ToBeAttachedAsync();
        using var second = ApiProcess.Start(directory.FullPath, settings);
        (await second.ConnectAsync()).Dispose();
        await page.EvaluateAsync("dispatchEvent(new Event('online'))"); // the page connects now instead of after its pause
        await _stub.SucceedAsync(2);

        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeAttachedAsync();
        await Expect(Generation(page).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(Generation(page)).ToHaveCountAsync(1);
    }

    /// <summary>By the real clock: with a faster one, a busy machine loses responses of the stub.</summary>
    private void ServeStub() => Serve(StubSettings());

    private (string Name, string Value)[] StubSettings() =>
        [("IMAGE_GENERATOR", "replicate"), .. _stub.Variables.Select(variable => (variable.Key, variable.Value!))];

    private static async Task GenerateAsync(IPage page, int number)
    {
        await page.GetByLabel("Description").FillAsync(Robot);
        await page.GetByRole(AriaRole.Button, new() { Name = $"{number}", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Generate {number} image" }).ClickAsync();
    }

    private static bool IsStart(IRequest request) => request.Url.EndsWith(StartPath[2..], StringComparison.Ordinal);

    private static ILocator FactOf(IPage page, string name) =>
        page.Locator(".facts-list div").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    private static ILocator Generation(IPage page) => page.GetByRole(AriaRole.Article, new() { Name = Robot });

    [GeneratedRegex("#/generate$")]
    private static partial Regex GeneratePlace();
}
