using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Infrastructure.Placeholder;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Placeholder;

[Category("Unit")]
internal sealed class PlaceholderImageGeneratorTests
{
    private static readonly GenerationRequest s_request = new()
    {
        Model = "owner/name",
        Description = "A knight in silver armour",
        Prompt = "Full body portrait of a knight in silver armour",
        NumImages = 1,
        Requested = new GenerationParameters(),
        Defaults = new GenerationParameters(),
    };

    private PlaceholderImageGenerator _generator = null!;

    private static IEnumerable<ImageFormat> Formats => ImageFormat.All;

    [SetUp]
    public void SetUp() => _generator = new PlaceholderImageGenerator();

    [TearDown]
    public void TearDown() => _generator.Dispose();

    [Test]
    public async Task PlanAsync_WhenNothingIsRequested_ReturnsItsDefaults()
    {
        var plan = await PlanAsync(s_request);

        Assert.That(plan.Model, Is.EqualTo("placeholder"));
        Assert.That(plan.UsesSeed, Is.True);
        Assert.That(
            plan.ParametersUsed.ToDictionary(used => used.Key, used => used.Value.GetString()),
            Is.EquivalentTo(new Dictionary<string, string> { ["aspect_ratio"] = "1:1", ["output_format"] = "png" }));
        Assert.That(plan.ParametersDropped, Is.Empty);
    }

    [Test]
    public async Task PlanAsync_WhenInputsAreNotSupported_ListsThemAsDropped()
    {
        var plan = await PlanAsync(s_request with
        {
            Requested = new GenerationParameters { NegativePrompt = "no hat", PersonGeneration = PersonGenerations.All[0] },
            Defaults = new GenerationParameters { SafetyFilterLevel = SafetyFilterLevels.BlockOnlyHigh, PersonGeneration = PersonGenerations.All[1] },
            References = [
                new ReferenceImage(CharacterReferenceId.Create(DateTimeOffset.UnixEpoch), ImageFormat.Png, 1, _ => ValueTask.FromResult(Stream.Null))],
        });

        Assert.That(plan.ParametersDropped, Is.EqualTo(["negative_prompt", "safety_filter_level", "person_generation", "reference_image_id"]));
    }

    [TestCaseSource(nameof(Formats))]
    public async Task GenerateAsync_WhenAFormatIsRequested_GeneratesIt(ImageFormat format)
    {
        var bytes = await GenerateAsync(s_request with { Requested = new GenerationParameters { OutputFormat = format } });

        Assert.That(await InspectAsync(bytes), Is.EqualTo(new ImageDetails(format, 1024, 1024)));
    }

    [TestCase("16:9", 1360, 768)]
    [TestCase("9:16", 768, 1360)]
    [TestCase("8:1", 2896, 368)]
    [TestCase("1:8", 368, 2896)]
    [TestCase("100:99", 1024, 1024)]
    public async Task GenerateAsync_WhenARatioIsRequested_GeneratesAboutAMegapixelInThatShape(string ratio, int width, int height)
    {
        var bytes = await GenerateAsync(s_request with { Requested = new GenerationParameters { AspectRatio = Ratio(ratio) } });

        Assert.That(await InspectAsync(bytes), Is.EqualTo(new ImageDetails(ImageFormat.Png, width, height)));
    }

    [Test]
    public async Task GenerateAsync_WhenOnlyTheFlavorNamesAValue_FollowsTheFlavor()
    {
        var flavor = new GenerationParameters { AspectRatio = Ratio("1:2"), OutputFormat = ImageFormat.Jpeg };

        var bytes = await GenerateAsync(s_request with { Defaults = flavor, Requested = new GenerationParameters { AspectRatio = Ratio("1:1") } });

        Assert.That(await InspectAsync(bytes), Is.EqualTo(new ImageDetails(ImageFormat.Jpeg, 1024, 1024)));
    }

    [TestCaseSource(nameof(Formats))]
    public async Task GenerateAsync_WhenEverythingIsTheSame_GivesTheSameBytes(ImageFormat format)
    {
        var request = s_request with { Requested = new GenerationParameters { OutputFormat = format } };
        using var other = new PlaceholderImageGenerator();

        var first = await GenerateAsync(request);
        var second = await GenerateAsync(request, generator: other);

        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task GenerateAsync_WhenSeedOrDescriptionDiffers_GeneratesAnotherImage()
    {
        var images = new[]
        {
            await GenerateAsync(s_request),
            await GenerateAsync(s_request, seed: 8),
            await GenerateAsync(s_request with { Description = "A knight in silver armour." }),
        };

        Assert.That(images.Select(SHA256.HashData).Select(Convert.ToHexString), Is.Unique);
    }

    [Test]
    public async Task GenerateAsync_WhenReceiverRejects_FailsWithItsError()
    {
        var error = Error.Invalid("file", "no");
        var progress = new RecordingProgress([]) { Inspect = _ => error };

        var outcome = await _generator.GenerateAsync(
            TaskFor(s_request, await PlanAsync(s_request), 1), progress, CancellationToken.None, CancellationToken.None);

        Assert.That(outcome, Is.EqualTo(SlotOutcome.Failure(error)));
    }

    [Test]
    public async Task GenerateAsync_WhenCanceledOrStopped_SaysWhich()
    {
        var task = TaskFor(s_request, await PlanAsync(s_request), 1);
        var ended = new CancellationToken(canceled: true);

        Assert.That((await _generator.GenerateAsync(task, new RecordingProgress([]), ended, default)).End, Is.EqualTo(SlotEnd.Canceled));
        Assert.That((await _generator.GenerateAsync(task, new RecordingProgress([]), default, ended)).End, Is.EqualTo(SlotEnd.Interrupted));
    }

    private static AspectRatio Ratio(string text) => AspectRatio.TryParse(text, out var ratio) ? ratio : throw new FormatException(text);

    private static async Task<ImageDetails?> InspectAsync(byte[] bytes)
    {
        using var directory = new TempDirectory();
        var inspector = new VipsImageInspector(new ImageDecodingOptions(), TimeProvider.System);
        return (await inspector.InspectAsync(directory.Write("card", bytes), InspectionLane.Others, CancellationToken.None)).Value;
    }

    private async Task<GenerationPlan> PlanAsync(GenerationRequest request, PlaceholderImageGenerator? generator = null) =>
        (await (generator ?? _generator).PlanAsync(request, CancellationToken.None)).Value!;

    private async Task<byte[]> GenerateAsync(GenerationRequest request, int seed = 7, PlaceholderImageGenerator? generator = null)
    {
        var plan = await PlanAsync(request, generator);
        var progress = new RecordingProgress([]) { OnStarted = _ => throw new InvalidOperationException("There are no predictions.") };
        await (generator ?? _generator).GenerateAsync(TaskFor(request, plan, seed), progress, CancellationToken.None, CancellationToken.None);
        return progress.Bytes!;
    }

    private static SlotTask TaskFor(GenerationRequest request, GenerationPlan plan, int seed) => new()
    {
        ImageId = AReference.NewId(),
        Model = plan.Model,
        Description = request.Description,
        Parameters = plan.ParametersUsed,
        Seed = seed,
    };
}
