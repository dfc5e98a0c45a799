using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.ListModels;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Generations.ListModels;

[Category("Unit")]
internal sealed class ListModelsHandlerTests
{
    [Test]
    public async Task HandleAsync_WhenModelsAreDescribed_MarksTheDefaultAndPricesTheRecordedName()
    {
        var generator = Substitute.For<IImageGenerator>();
        generator.DescribeModelsAsync(ReferenceScene.Settings.AllowedModels, Arg.Any<CancellationToken>()).Returns(
        [
            new ModelDescription { Name = "owner/default", RecordedName = "owner/default" },
            new ModelDescription { Name = "deployments/owner/listed", RecordedName = "owner/listed" },
        ]);
        var prices = ModelPrices.Read(TestSettings.Of(("MODEL_PRICES", "owner/listed=0.04")));

        var models = await new ListModelsHandler(generator, ReferenceScene.Settings, prices).HandleAsync(default);

        Assert.That(models.Select(model => (model.Description.Name, model.IsDefault, model.PriceUsd)), Is.EqualTo(
            new (string, bool, decimal?)[] { ("owner/default", true, null), ("deployments/owner/listed", false, 0.04m) }));
    }
}
