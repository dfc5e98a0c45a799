using System.Text.Json;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Unit")]
internal sealed class GeneratedImagesResultTests
{
    private readonly TempDirectory _directory = new();
    private readonly ReferenceScene _scene = new();
    private readonly CapturedLog _log = new();

    [TearDown]
    public void RemoveDirectory()
    {
        _directory.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Execute_WhenOneFileWasDeletedMeanwhile_SendsTheOthersWhole()
    {
        var bytes = Enumerable.Range(0, 3).Select(index => TestImages.NoisePng[..(100_000 + index)]).ToArray();
        var files = bytes.Select((content, index) => _directory.Write($"{index}.png", content)).Select(FileAt).ToList();
        File.Delete(files[1].FullPath);

        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

        var images = await ExecuteAsync(files);

        Assert.That(images[0].GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(bytes[0]));
        Assert.That(images[1].GetProperty("base64").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(images[2].GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(bytes[2]));
        Assert.That(images.Select(image => image.GetProperty("id").GetString()), Is.EqualTo(new[] { "0", "1", "2" }));
        Assert.That(_log.Lines, Has.Count.EqualTo(1).And.One.Contains("was returned without its bytes: Character reference image with ID"));
    }

    [Test]
    public async Task Execute_WhenTheStoreDoesNotReturnAFile_WritesNullAndLogsTheCause()
    {
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));
        _scene.Store.OpenReadAsync(default!, default, default)
            .ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("No route.", AssetStoreFault.Unreachable));

        _scene.Reachability.IsReachable.Returns(true);

        var images = await ExecuteAsync([null], AReference.Persisted());

        Assert.That(images.Single().GetProperty("base64").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(_log.Lines, Has.Count.EqualTo(1).And.One.StartsWith("Warning").And.One.Contains("was returned without its bytes: No route.")
            .And.None.Contains("   at "));
    }

    [Test]
    public async Task Execute_WhenAFileCannotBeRead_WritesNullAndLogsTheCause()
    {
        var images = await ExecuteAsync([new LocalFile(Directory.CreateDirectory(Path.Combine(_directory.FullPath, "folder.png")).FullName, 0, default)]);

        Assert.That(images.Single().GetProperty("base64").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(_log.Lines, Has.Count.EqualTo(1).And.One.Contains("The local copy of the image cannot be read.").And.One.Contains("folder.png"));
    }

    [Test]
    public async Task Execute_WhenAFileWasEvictedMeanwhile_SendsItFetchedAgain()
    {
        var fetched = FileAt(_directory.Write("fetched.png", TestImages.NoisePng));
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(fetched);

        var images = await ExecuteAsync(
            [new LocalFile(Path.Combine(_directory.FullPath, "evicted.png"), 0, default)], AReference.Uploaded() with { SizeBytes = fetched.SizeBytes });

        Assert.That(images.Single().GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(TestImages.NoisePng));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(48 * 1024)]
    [TestCase((48 * 1024) + 1)]
    public async Task Execute_WhenTheFileHasAnyLength_IsTheFile(int length)
    {
        var bytes = TestImages.NoisePng[..length];

        var images = await ExecuteAsync([FileAt(_directory.Write("a.png", bytes))]);

        Assert.That(images.Single().GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(bytes));
    }

    private static LocalFile FileAt(string path) => new(path, new FileInfo(path).Length, default);

    private async Task<List<JsonElement>> ExecuteAsync(IReadOnlyList<LocalFile?> files, CharacterReference? reference = null)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging(logging => logging.AddProvider(_log)).AddSingleton(new ImageFileOpener(_scene.Copies))
                .AddOptions().Configure<JsonOptions>(json =>
            json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower).BuildServiceProvider()
        };
        context.Response.Body = body;
        var response = new GenerateCharacterReferenceResponse
        {
            Images = [.. files.Select((_, index) => new GeneratedImage
            {
                Id = $"{index}", Path = "p", ContentUrl = "u", Derivatives = new ReferenceDerivatives { Thumb = "t", Preview = "p" },
                Format = "png", Width = 1, Height = 1, SizeBytes = 1, Sha256 = "s",
            })],
            Metadata = new GenerationMetadata
            {
                GenerationId = "g",
                CharacterDescription = "d",
                Prompt = "p",
                ModelUsed = "m",
                NumImagesRequested = 1,
                NumImagesGenerated = 1,
                ParametersUsed = new Dictionary<string, JsonElement>(),
                ParametersDropped = [],
                GenerationTimestamp = default,
                Failures = [],
            },
        };

        await new GeneratedImagesResult(response, [.. files.Select(file => new LocatedReference(reference ?? AReference.Uploaded(), "p", file, null))])
            .ExecuteResultAsync(new ActionContext(context, new RouteData(), new()));
        await context.Response.BodyWriter.FlushAsync();

        using var json = JsonDocument.Parse(body.ToArray());
        return [.. json.RootElement.GetProperty("images").EnumerateArray().Select(image => image.Clone())];
    }
}
