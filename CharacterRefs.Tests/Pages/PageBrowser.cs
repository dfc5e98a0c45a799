using Microsoft.Playwright;

namespace CharacterRefs.Tests.Pages;

/// <summary>One Chromium for all tests of the page; each test has a context of its own, with its own storage and cookies.</summary>
/// <remarks>Playwright alone: its NUnit package is built for NUnit 3, and this class is all that is used of it.</remarks>
[SetUpFixture]
internal sealed class PageBrowser
{
    // The first has no windows at all and needs a quarter less of the processor.
    private static readonly string[] s_programs =
        ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>How long a test waits for the page. The tests share the processor; a condition that is met late is still met.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private static readonly Lazy<Task<IBrowser>> s_browser = new(LaunchAsync);

    private static string? Program => s_programs.FirstOrDefault(File.Exists);

    /// <summary>
    /// The browser, started by the first test that needs it. Without Chromium the test is ignored; where <c>CHROMIUM_TEST_REQUIRED</c> is <c>1</c>, it fails.
    /// </summary>
    public static Task<IBrowser> GetAsync()
    {
        if (Program is null)
        {
            const string How = "Tests of the page need Chromium. On Debian or Ubuntu: sudo apt-get install --no-install-recommends chromium";
            if (Environment.GetEnvironmentVariable("CHROMIUM_TEST_REQUIRED") == "1")
            {
                Assert.Fail(How);
            }

            Assert.Ignore(How);
        }

        return s_browser.Value;
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (s_browser.IsValueCreated)
        {
            await (await s_browser.Value).CloseAsync();
        }
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Timeout.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program });
    }
}
