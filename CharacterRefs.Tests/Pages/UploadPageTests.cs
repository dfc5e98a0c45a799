using System.Net;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

[Category("Integration")]
internal sealed class UploadPageTests : ChromiumTest
{
    [Test]
    public async Task Upload_WhenOneFileIsNoImage_StoresTheOthersAndSaysWhy()
    {
        Serve();
        Expecting(HttpStatusCode.BadRequest);
        var page = await OpenAsync("upload");

        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Choose images" }).ClickAsync());
        await chooser.SetFilesAsync([File("good.png", TestImages.NoisePng), File("bad.png", TestImages.Text)]);

        var good = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "good.png" });
        var bad = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "bad.png" });
        await Expect(good.GetByRole(AriaRole.Link, new() { Name = "Open" })).ToBeVisibleAsync();
        await Expect(bad).ToContainTextAsync("not a PNG, JPEG or WebP image");
        await Expect(bad.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        await good.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "good.png" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task Drop_WhenOnTheGrid_UploadsEachWithItsProgressAndTriesAgainWhatFailed()
    {
        Serve();
        var page = await OpenAsync("images");
        await page.EvaluateAsync(
            """
            () => {
              const request = XMLHttpRequest.prototype;
              window.send = request.send;
              request.send = function () {
                window.requests = [...(window.requests ?? []), this];
                this.upload.dispatchEvent(new ProgressEvent('progress', { lengthComputable: true, loaded: window.requests.length, total: 4 }));
              };
            }
            """);

        await DropAsync(page, "one.png", "two.png");

        await Expect(page).ToHaveURLAsync(new Uri(Address, "/ui/#/upload").ToString());
        foreach (var (name, value) in new[] { ("one.png", 0.5), ("two.png", 0.25) })
        {
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = $"Upload of {name}" })).ToHaveJSPropertyAsync("value", value);
        }

        await page.EvaluateAsync("() => window.requests.forEach((request) => request.dispatchEvent(new ProgressEvent('error')))");
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Try again" });
        await Expect(again).ToHaveCountAsync(2);
        await Expect(page.Locator(".outcome").GetByText("The service cannot be reached.")).ToHaveCountAsync(2);
        await page.EvaluateAsync("() => (XMLHttpRequest.prototype.send = window.send)");
        await again.First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open", Exact = true })).ToHaveCountAsync(1);
        await Expect(again).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Drop_WhenOnTheForm_UsesTheImageAsReference()
    {
        Serve();
        var page = await OpenAsync("generate");

        await DropAsync(page, "hero.png");

        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Reference: hero.png" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Reference: hero.png" })).ToBeVisibleAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Reference_WhenThePageIsReloadedDuringTheUpload_IsUploadedAgainOrMissed(bool isKept)
    {
        Serve();
        var page = await OpenAsync("generate");
        await page.RouteAsync("**/upload_character_reference", _ => Task.CompletedTask, new() { Times = 1 }); // the first is never answered
        var chooser = await page.RunAndWaitForFileChooserAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Add reference images" }).ClickAsync());
        await chooser.SetFilesAsync(File("hero.png", TestImages.NoisePng));
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Upload of hero.png" })).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            """
            (isKept) => new Promise((resolve) => {
              indexedDB.open('files').onsuccess = ({ target: { result: database } }) => {
                const transaction = database.transaction('files', 'readwrite');
                const files = transaction.objectStore('files');
                const count = files.count();
                count.onsuccess = () => {
                  if (!isKept) files.clear(); // as a browser that is short of space
                };
                transaction.oncomplete = () => resolve(count.result === 1); // a reload before it would undo the clearing
              };
            })
            """,
            isKept);

        await page.ReloadAsync();

        var reference = page.GetByRole(AriaRole.Img, new() { Name = "Reference: hero.png" });
        await Expect(isKept ? reference : Toast(page, "The reload stopped the upload of hero.png. Choose it again.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(reference).ToHaveCountAsync(isKept ? 1 : 0);
        await Expect(page.Locator(".toast")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Paste_WhenImagesAreInTheClipboard_UploadsThemAndLeavesTextAlone()
    {
        Serve();
        Expecting(HttpStatusCode.BadRequest);
        var page = await OpenAsync("images");
        var png = TestImages.Solid(ImageFormat.Png, 64, 64);

        await PasteAsync(page, "body", null, png, png);

        await Expect(page).ToHaveURLAsync(new Uri(Address, "/ui/#/upload").ToString());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open" })).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Generate" }).ClickAsync();
        await PasteAsync(page, "textarea", null, png);
        var references = page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Reference: ") });
        await Expect(references).ToHaveCountAsync(1);
        await PasteAsync(page, "textarea", "a cell of a table, with its picture", png);
        await PasteAsync(page, "body", null, TestImages.Text);
        await Expect(Toast(page, "pasted 0.png not uploaded: The content is not a PNG")).ToBeVisibleAsync();
        await Expect(references).ToHaveCountAsync(1);
    }

    private static Task<bool> DropAsync(IPage page, params string[] names) => page.EvaluateAsync<bool>(
        """
        ({ names, base64 }) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const data = new DataTransfer();
          for (const name of names) data.items.add(new File([bytes], name, { type: 'image/png' }));
          return document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """,
        new { names, base64 = Convert.ToBase64String(TestImages.Solid(ImageFormat.Png, 64, 64)) });

    private static Task<bool> PasteAsync(IPage page, string selector, string? text, params byte[][] files) => page.EvaluateAsync<bool>(
        """
        ({ selector, text, files }) => {
          const data = new DataTransfer();
          if (text) data.setData('text/plain', text);
          files.forEach((file, i) => {
            const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
            data.items.add(new File([bytes], `pasted ${i}.png`, { type: 'image/png' }));
          });
          return document.querySelector(selector).dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """,
        new { selector, text, files = files.Select(Convert.ToBase64String).ToArray() });

    private static FilePayload File(string name, byte[] content) => new() { Name = name, MimeType = "image/png", Buffer = content };
}
