using System.Net;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.References;

/// <summary>Files that somebody puts into the reference directory.</summary>
[Category("Api")]
internal sealed class AdoptLocalFilesTests
{
    private static readonly DateTime s_now = TimeProvider.System.GetUtcNow().UtcDateTime;

    private readonly string _id = AReference.NewId().ToString();

    private TempDirectory _root = null!;

    private string Images => Path.Join(_root.FullPath, "character_reference");

    [SetUp]
    public void SetUp()
    {
        _root = new TempDirectory();
        Directory.CreateDirectory(Images);
    }

    [TearDown]
    public void TearDown() => _root.Dispose();

    [TestCase("jpeg", "jpg", "image/jpeg")]
    [TestCase("png", "jpg", "image/jpeg")]
    [TestCase("jpg", "png", "image/png")]
    [TestCase("webp", "webp", "image/webp")]
    public async Task Get_WhenAFileIsPutThereWhileTheServiceRuns_FindsItByIdWithItsTrueType(string extension, string content, string mediaType)
    {
        using var api = new ApiFactory(_root.FullPath, ("LOG_LEVEL", "information"));
        using var client = api.CreateClient();
        var bytes = TestImages.Solid(ImageFormat.FromExtension(content)!, 8, 8);
        await UntilLoggedAsync(api, "Compared local disk and catalog", 1);
        Put($"{_id}.{extension}", bytes, s_now.AddHours(-1));

        var response = await client.GetAsync($"/api/mv/get_character_reference/{_id}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(mediaType));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        Assert.That(api.ImageFiles(), Is.EqualTo(new[] { Path.Join(Images, $"{_id}.{content}") }));
        var record = await (await client.GetAsync($"/api/mv/character_references/{_id}")).JsonAsync();
        Assert.That(record.GetProperty("format").GetString(), Is.EqualTo(content));
        Assert.That(record.GetProperty("origin").GetString(), Is.EqualTo("adopted"));
    }

    [Test]
    public async Task Get_WhenAnotherFileOfTheIdIsOfNoUse_AdoptsTheOneThatIs([Values] bool isImage)
    {
        using var api = new ApiFactory(_root.FullPath, ("LOG_LEVEL", "information"));
        using var client = api.CreateClient();
        var bytes = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        await UntilLoggedAsync(api, "Compared local disk and catalog", 1);
        Put($"{_id}.png", isImage ? TestImages.Solid(ImageFormat.Jpeg, 9, 9) : TestImages.Text, s_now.AddHours(-1));
        Put($"{_id}.jpg", bytes, s_now.AddHours(-1));

        var response = await client.GetAsync($"/api/mv/get_character_reference/{_id}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        var cause = isImage ? $"A file with the name {_id}.jpg exists already." : "the content is not a PNG";
        Assert.That(api.Log.Lines, Has.Some.Contain($"{_id}.png was not adopted: {cause}"));
    }

    [Test]
    public async Task Start_WhenThereAreFilesOfAllKinds_AdoptsImagesAndNamesEveryOther()
    {
        Put($"{_id}.png", TestImages.Solid(ImageFormat.Png, 8, 8), s_now.AddYears(1));
        var broken = $"{AReference.NewId()}.png";
        Put(broken, TestImages.Text, s_now.AddHours(-1));
        Put("notes.txt", TestImages.Text, s_now.AddHours(-1));
        var link = $"{AReference.NewId()}.png";
        File.CreateSymbolicLink(Path.Join(Images, link), Path.Join(Images, $"{_id}.png"));
        using var api = new ApiFactory(_root.FullPath);
        using var client = api.CreateClient();

        await UntilLoggedAsync(api, "was not adopted", 3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.Log.Lines, Has.Some.Contain($"{broken} was not adopted: the content is not a PNG"));
            Assert.That(api.Log.Lines, Has.Some.Contain("notes.txt was not adopted: its name must be an image id"));
            Assert.That(api.Log.Lines, Has.Some.Contain($"{link} was not adopted: it is a link"));
            var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
            Assert.That(list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()), Is.EqualTo(new[] { _id }));
        }
    }

    private void Put(string name, byte[] bytes, DateTime writtenAt)
    {
        var path = Path.Join(Images, name);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, writtenAt);
    }

    private static Task UntilLoggedAsync(ApiFactory api, string text, int count) =>
        Condition.UntilAsync(() => api.Log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal)) == count);
}
