using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CharacterRefs.Tests.Pages;

/// <summary>Reference images of the form, from each place that they can come from.</summary>
[Category("Integration")]
internal sealed class ReferencePageTests : ChromiumTest
{
    [Test]
    public async Task References_WhenChosenFromTheGridTheLightboxAndDisk_AreSent()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = _ => TestImages.Solid(ImageFormat.Png, 64, 64);
        using var client = Serve([
            ("IMAGE_GENERATOR", "replicate"), ("REPLICATE_ALLOWED_MODELS", $"{StubModels.FluxPro},{StubModels.NanoBanana}"),
            .. stub.Variables.Select(variable => (variable.Key, variable.Value!)),
        ]);
        var uploaded = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            uploaded.Insert(0, await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 64 + i, 64)));
        }

        var page = await OpenAsync("generate");
        var references = page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Reference: ") });
        await page.GetByRole(AriaRole.Link, new() { Name = "from your images" }).ClickAsync();
        await Tiles(page).First.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Use as reference" }).ClickAsync();
        await Expect(references).ToHaveCountAsync(2);
        await GoAsync(page, $"images/{uploaded[2]}");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Use as reference" }).ClickAsync();
        await Expect(references).ToHaveCountAsync(3);
        var chooser = await page.RunAndWaitForFileChooserAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Add reference images" }).ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "hero.png", MimeType = "image/png", Buffer = TestImages.Solid(ImageFormat.Png, 80, 64) });
        await Expect(references).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the reference image" }).Nth(1).ClickAsync();
        await Expect(references).ToHaveCountAsync(3);

        await page.GetByText("Model, format, seed").ClickAsync();
        await page.Locator("[name=model]").SelectOptionAsync(StubModels.NanoBanana);
        await page.Locator("[name=config_flavor]").SelectOptionAsync("anime");
        await page.GetByLabel("Description").FillAsync("The same robot");
        await page.GetByRole(AriaRole.Button, new() { Name = "1", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate 1 image" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        var generation = (await (await client.GetAsync("/api/mv/generations")).JsonAsync()).GetProperty("items")[0];
        var sent = generation.GetProperty("reference_image_ids").EnumerateArray().Select(id => id.GetString()).ToList();
        Assert.That(sent, Has.Count.EqualTo(3));
        Assert.That(sent.Take(2), Is.EqualTo([uploaded[0], uploaded[2]]));
        Assert.That(stub.Creates, Has.Count.EqualTo(1));

        // Again from the image takes all of them, and the flavor.
        await page.Locator("[name=config_flavor]").SelectOptionAsync("");
        for (var left = 3; left > 0; left--)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove the reference image" }).First.ClickAsync();
            await Expect(references).ToHaveCountAsync(left - 1);
        }

        await page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Again with a new seed" }).ClickAsync();

        await Expect(references).ToHaveCountAsync(3);
        await Expect(page.Locator("[name=config_flavor]")).ToHaveValueAsync("anime");
    }
}
