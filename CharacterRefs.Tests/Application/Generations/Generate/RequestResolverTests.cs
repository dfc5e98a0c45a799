using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.Generate;

[Category("Unit")]
internal sealed class RequestResolverTests
{
    private static readonly GenerateReferencesCommand s_command = new()
    {
        Description = "a knight",
        NumImages = 3,
        Seed = 9,
        Parameters = new GenerationParameters { NegativePrompt = "text" },
    };

    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task ResolveAsync_WhenNothingIsNamed_TakesTheDefaults()
    {
        var result = await ResolveAsync(s_command);

        Assert.That(result.Value, Is.EqualTo(new GenerationRequest
        {
            Model = "owner/default",
            Description = "a knight",
            Prompt = "Draw a knight.",
            NumImages = 3,
            Seed = 9,
            Requested = s_command.Parameters,
            Defaults = new GenerationParameters { OutputFormat = ImageFormat.Png },
        }));
    }

    [TestCase("default", null, false, "owner/default")]
    [TestCase("default", null, true, "owner/default")]
    [TestCase("anime", null, false, "owner/anime")]
    [TestCase("anime", null, true, "owner/anime-again")]
    [TestCase("anime", "owner/listed", true, "owner/listed")]
    public async Task ResolveAsync_WhenFlavorAndModelAreNamed_TakesTheNearest(string flavor, string? model, bool hasReference, string expected)
    {
        var reference = AReference.Uploaded();
        _scene.Catalog.FindAsync(reference.Id, default).ReturnsForAnyArgs(reference);

        var result = await ResolveAsync(s_command with { Flavor = flavor, Model = model, ReferenceImageIds = hasReference ? [reference.Id] : [] });

        Assert.That(result.Value?.Model, Is.EqualTo(expected));
        Assert.That(result.Value?.References.Select(image => image.Id), Is.EqualTo(hasReference ? [reference.Id] : Array.Empty<CharacterReferenceId>()));
    }

    [Test]
    public async Task ResolveAsync_WhenAReferenceImageIsNamed_OpensItsBytesOnlyWhenRead()
    {
        var reference = AReference.Uploaded();
        _scene.Catalog.FindAsync(reference.Id, default).ReturnsForAnyArgs(reference);
        _scene.Files.OpenRead(default!).ReturnsForAnyArgs(_ => new MemoryStream([1, 2, 3]));

        var result = await ResolveAsync(s_command with { ReferenceImageIds = [reference.Id] });

        var image = result.Value!.References.Single();
        Assert.That((image.Format, image.SizeBytes), Is.EqualTo((reference.Format, reference.SizeBytes)));
        _scene.Files.DidNotReceiveWithAnyArgs().OpenRead(default!);
        await using var bytes = await image.OpenReadAsync(CancellationToken.None);
        Assert.That(bytes.Length, Is.EqualTo(3));
    }

    [Test]
    public async Task ResolveAsync_WhenOneOfSeveralReferenceImagesIsMissing_NamesItAndTheField()
    {
        var (known, missing) = (AReference.Uploaded(), AReference.NewId());
        _scene.Catalog.FindAsync(known.Id, Arg.Any<CancellationToken>()).Returns(known);

        var result = await ResolveAsync(s_command with { ReferenceImageIds = [known.Id, missing], ReferenceField = "reference_image_ids" });

        Assert.That((result.Error?.Kind, result.Error?.Field), Is.EqualTo((ErrorKind.NotFound, "reference_image_ids")));
        Assert.That(result.Error!.Detail, Does.Contain(missing.ToString()));
    }

    [Test]
    public async Task ResolveAsync_WhenFlavorIsUnknown_NamesTheKnown()
    {
        var result = await ResolveAsync(s_command with { Flavor = "noir" });

        Assert.That(result.Error, Is.EqualTo(Error.Invalid("config_flavor", "There is no flavor \"noir\"; known: anime, default.")));
    }

    [Test]
    public async Task ResolveAsync_WhenModelIsNotAllowed_NamesTheAllowed()
    {
        var result = await ResolveAsync(s_command with { Model = "owner/other" });

        Assert.That(
            result.Error,
            Is.EqualTo(Error.Invalid("model", "The model \"owner/other\" is not allowed here; allowed: owner/default, owner/listed.")));
    }

    [Test]
    public async Task ResolveAsync_WhenReferenceImageOrItsFileIsMissing_IsNotFound([Values] bool hasRow)
    {
        var reference = AReference.Uploaded();
        _scene.Catalog.FindAsync(reference.Id, default).ReturnsForAnyArgs(hasRow ? reference : null);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

        var result = await ResolveAsync(s_command with { ReferenceImageIds = [reference.Id] });

        Assert.That(result.Error, Is.EqualTo(
            new Error(ErrorKind.NotFound, $"Character reference image with ID {reference.Id} not found") { Field = "reference_image_id" }));
    }

    [Test]
    public async Task ResolveAsync_WhenTheReferenceImageIsInAnUnreachableStore_NamesNoField()
    {
        _scene.Reachability.IsReachable.Returns(false);

        var result = await ResolveAsync(s_command with { ReferenceImageIds = [AReference.NewId()] });

        Assert.That((result.Error?.Kind, result.Error?.Field), Is.EqualTo((ErrorKind.StorageUnavailable, default(string))));
    }

    private Task<Result<GenerationRequest>> ResolveAsync(GenerateReferencesCommand command) =>
        new RequestResolver(ReferenceScene.Settings, new GenerationReferences(_scene.Lookup, _scene.Copies)).ResolveAsync(command, CancellationToken.None);
}
