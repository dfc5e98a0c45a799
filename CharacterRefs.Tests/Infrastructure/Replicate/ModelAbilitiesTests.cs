using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Integration")]
internal sealed class ModelAbilitiesTests
{
    [Test]
    public async Task DescribeModelsAsync_WhenSchemasArePublished_DescribesEachInOrder()
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var models = await DescribeAsync(
            harness, StubModels.FluxPro, StubModels.Imagen, StubModels.IdeogramCharacter, StubModels.NanoBanana, StubModels.Community);

        Assert.That(models.Select(model => model.Error), Is.All.Null);
        Assert.That(
            models.Select(
                model => (model.Name, model.TakesSeed, model.MaxSeed, model.MaxReferenceImages, model.RequiresReferenceImage, model.TakesNegativePrompt)),
            Is.EqualTo(new[]
            {
                (StubModels.FluxPro, true, (int?)int.MaxValue, 1, false, false),
                (StubModels.Imagen, false, null, 0, false, false),
                (StubModels.IdeogramCharacter, true, int.MaxValue, 1, true, false),
                (StubModels.NanoBanana, false, null, 8, false, false),
                (StubModels.Community, true, 65535, 0, false, true),
            }));
        Assert.That(models[1].AspectRatios, Is.EqualTo(["1:1", "9:16", "16:9", "3:4", "4:3"]));
        Assert.That(models[4].AspectRatios, Is.Empty);
        Assert.That(models.Select(model => string.Join(',', model.OutputFormats.Select(format => format.Extension))), Is.EqualTo(
            ["png,jpg,webp", "png,jpg", "", "png,jpg", "png,jpg"]));
        Assert.That(models[0].SafetyFilterLevels, Is.EqualTo(SafetyFilterLevels.All));
        Assert.That(harness.Stub.Creates, Is.Empty);
    }

    [Test]
    public async Task DescribeModelsAsync_WhenAModelCannotBeRead_ListsItWithTheReason()
    {
        await using var harness = await ReplicateHarness.StartAsync();

        var models = await DescribeAsync(harness, "no/such", StubModels.FluxPro, StubModels.Bare);

        Assert.That(models[0].Error?.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(models[1].Error, Is.Null);
        Assert.That((models[2].Error, models[2].TakesSeed, models[2].AspectRatios!.Count), Is.EqualTo((default(Error), false, 0)));
    }

    [Test]
    public async Task DescribeModelsAsync_WhenReplicateDoesNotRespond_EndsWithinTenSeconds()
    {
        await using var harness = await ReplicateHarness.StartAsync(5);
        harness.Stub.StallsModel();

        var start = harness.Clock.GetTimestamp();
        var models = await DescribeAsync(harness, StubModels.FluxPro);

        Assert.That(models.Single().Error?.Kind, Is.EqualTo(ErrorKind.UpstreamTimedOut));
        Assert.That(harness.Clock.GetElapsedTime(start).TotalSeconds, Is.LessThan(60), "as long as the read for a plan may take");
    }

    [Test]
    public async Task DescribeModelsAsync_WhenThereIsNoToken_SaysSoForEach()
    {
        await using var harness = await ReplicateHarness.StartAsync(10, ("REPLICATE_API_TOKEN", null));

        var models = await DescribeAsync(harness, StubModels.FluxPro, StubModels.Bare);

        Assert.That(models.Select(model => model.Error?.Detail), Is.All.EqualTo("REPLICATE_API_TOKEN is not configured"));
        Assert.That(harness.Stub.ModelGetCount, Is.Zero);
    }

    private static Task<IReadOnlyList<ModelDescription>> DescribeAsync(ReplicateHarness harness, params string[] models) =>
        harness.Generator.DescribeModelsAsync(models, CancellationToken.None);
}
