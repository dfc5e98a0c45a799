using System.Text.Json;
using CharacterRefs.Infrastructure.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
internal sealed class OutputSourceTests
{
    [TestCase("\"https://h/1\"", "https://h/1")]
    [TestCase("""["https://h/1","https://h/2","https://h/1"]""", "https://h/1 https://h/2")]
    [TestCase("""{"image":"https://h/1"}""", "https://h/1")]
    [TestCase("""[{"url":"https://h/1"},{"url":"https://h/2"}]""", "https://h/1 https://h/2")]
    [TestCase("""{"images":["https://h/1","https://h/2"]}""", "https://h/1 https://h/2")]
    [TestCase("""{"images":[{"uri":"https://h/1","seed":7},{"uri":"https://h/2"}],"prompt":"a: b"}""", "https://h/1 https://h/2")]
    [TestCase("""{"output":{"data":[{"image_url":"https://h/1"}]}}""", "https://h/1")]
    [TestCase("""{"sample":"https://h/x.webp?sig=1","page":"https://h/about"}""", "https://h/x.webp?sig=1")]
    [TestCase("""{"sample":"https://h/1"}""", "https://h/1")]
    [TestCase("""["https://h/1.png","https://h/log.json","https://h/v.mp4","https://h/n.TXT"]""", "https://h/1.png")]
    [TestCase("""["https://h/v.mp4","https://h/log.json"]""", "https://h/v.mp4 https://h/log.json", Description = "Nothing better: the bytes decide.")]
    [TestCase("""{"thumbnail":{"url":"https://h/t.png"},"mask_image":"https://h/m.png","input_image":"https://h/i.png","image":"https://h/1.png"}""",
        "https://h/1.png")]
    [TestCase("""{"preview":"https://h/t.png"}""", "https://h/t.png")]
    [TestCase("""{"image":"ftp://h/1.png"}""", "")]
    [TestCase("""{"image":"data:image/png;base64,!!!","preview":"https://h/t.png"}""", "https://h/t.png")]
    [TestCase("""[null,1,true,{},[],""]""", "")]
    [TestCase("null", "")]
    public void ReadAll_WhenOutputHasAnyShape_FindsTheImagesInOrder(string output, string urls)
    {
        var sources = OutputSource.ReadAll(JsonElement.Parse(output));

        Assert.That(string.Join(' ', sources.Select(source => source.Url?.AbsoluteUri)), Is.EqualTo(urls));
    }

    [Test]
    public void ReadAll_WhenDataUrisAreMixedWithUrls_KeepsTheOrder()
    {
        var sources = OutputSource.ReadAll(JsonElement.Parse(
            """{"images":["data:image/png;base64,AQI=","https://h/2",{"image":"data:application/octet-stream;base64,Aw=="},"data:text/plain;base64,BA=="]}"""));

        Assert.That(sources.Select(source => source.Inline), Is.EqualTo(new byte[]?[] { [1, 2], null, [3] }));
    }

    [Test]
    public void ReadAll_WhenHostsAreKnown_PutsTheirUrlsFirst()
    {
        var sources = OutputSource.ReadAll(
            JsonElement.Parse(
                """["https://other/1","https://h.example/2","data:image/png;base64,AQI=","https://other/3"]"""), [OutputHost.Parse("h.example")!]);

        Assert.That(
            sources.Select(source => source.Url?.AbsoluteUri),
            Is.EqualTo(new[] { "https://h.example/2", null, "https://other/1", "https://other/3" }));
    }

    [Test]
    public void ReadAll_WhenOutputIsHuge_IsBounded()
    {
        var output = JsonSerializer.SerializeToElement(Enumerable.Range(0, 5000).Select(i => $"https://h/{i}"));

        Assert.That(OutputSource.ReadAll(output), Has.Count.EqualTo(1000));
    }
}
