using System.Collections.Concurrent;
using System.Net;
using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>
/// Opens the page in a real browser against the whole service on loopback. Every test also fails for an error in the console, an exception that nobody
/// caught, or a report of the content security policy.
/// </summary>
internal abstract class ChromiumTest
{
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _expectedFaults = [];
    private ApiFactory? _api;

    /// <summary>The service of this test.</summary>
    protected ApiFactory Api => _api ?? throw new InvalidOperationException("Call Serve first.");

    /// <summary>Where the service listens.</summary>
    protected Uri Address => Api.ClientOptions.BaseAddress;

    /// <summary>Starts the service on a free port.</summary>
    protected HttpClient Serve(params (string Name, string Value)[] settings) =>
        Serve(new ApiFactory(settings: [("IMAGE_DECODE_TIMEOUT", "120"), .. settings])); // on a busy machine too

    /// <inheritdoc cref="Serve(ValueTuple{string, string}[])"/>
    protected HttpClient Serve(ApiFactory api)
    {
        _api = api;
        api.ListenOnLoopback();
        api.StartServer();
        return api.CreateClient();
    }

    /// <summary>Opens a place of the page, such as <c>generate</c>, in a context of its own.</summary>
    protected Task<IPage> OpenAsync(string place, BrowserNewContextOptions? options = null) => OpenAsync(Address, place, options);

    /// <inheritdoc cref="OpenAsync(string, BrowserNewContextOptions?)"/>
    protected async Task<IPage> OpenAsync(Uri address, string place, BrowserNewContextOptions? options = null)
    {
        var browser = await PageBrowser.GetAsync();
        var context = await browser.NewContextAsync(options ?? new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout((float)PageBrowser.Timeout.TotalMilliseconds);
        _contexts.Add(context);
        context.Page += (_, page) => Watch(page);
        return await OpenTabAsync(context, address, place);
    }

    /// <summary>Opens a place in one more tab of the same browser.</summary>
    protected Task<IPage> OpenTabAsync(IPage beside, string place) => OpenTabAsync(beside.Context, Address, place);

    /// <summary>Goes to a place by its URL, as a bookmark does.</summary>
    protected async Task GoAsync(IPage page, string place) => await page.GotoAsync(new Uri(Address, $"/ui/#/{place}").ToString());

    /// <summary>The grid of images.</summary>
    protected static ILocator Sheet(IPage page) => page.GetByRole(AriaRole.Listbox, new() { Name = "Images" });

    /// <summary>Its tiles that are in the document.</summary>
    protected static ILocator Tiles(IPage page) => Sheet(page).GetByRole(AriaRole.Option);

    /// <summary>Images from the placeholder.</summary>
    protected static async Task GenerateAsync(HttpClient client, string description, int number, int seed = 1, string? ratio = null) =>
        (await client.GenerateAsync(new { character_description = description, num_images = number, seed, aspect_ratio = ratio, include_base64 = false }))
            .EnsureSuccessStatusCode();

    /// <summary>Ids of all images, newest first.</summary>
    protected static async Task<IReadOnlyList<string>> IdsAsync(HttpClient client) =>
        [.. (await (await client.GetAsync("/api/mv/character_references")).JsonAsync()).GetProperty("items").EnumerateArray().Select(item => item.Text("id"))];

    /// <summary>A short message that is visible, by a part of its text.</summary>
    protected static ILocator Toast(IPage page, string text) => page.Locator(".toast").Filter(new() { HasText = text });

    private static async Task<IPage> OpenTabAsync(IBrowserContext context, Uri address, string place)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(address, $"/ui/#/{place}").ToString());
        await Expect(page.Locator("main")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Collects the faults of a page. Chromium reports violations of the policy as errors in the console.</summary>
    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Enqueue($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
    }

    /// <summary>Allows errors in the console that contain this text.</summary>
    protected void Expecting(string fault) => _expectedFaults.Add(fault);

    /// <summary>Allows the error that Chromium writes for each response with this status.</summary>
    protected void Expecting(HttpStatusCode status) => Expecting($"responded with a status of {(int)status} ");

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        _api?.Dispose();
        Assert.That(_faults.Where(fault => !_expectedFaults.Any(expected => fault.Contains(expected, StringComparison.Ordinal))), Is.Empty);
    }
}
