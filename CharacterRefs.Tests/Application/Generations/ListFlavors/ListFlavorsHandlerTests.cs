using CharacterRefs.Application.Generations.ListFlavors;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.ListFlavors;

[Category("Unit")]
internal sealed class ListFlavorsHandlerTests
{
    [Test]
    public void Handle_WhenFlavorsNameModelsOrNone_ReturnsTheModelsThatTheyUse()
    {
        var flavors = new ListFlavorsHandler(ReferenceScene.Settings).Handle();

        Assert.That(flavors.Select(listed => (listed.Flavor.Name, listed.Model, listed.ReferenceModel)), Is.EqualTo(
            [("anime", "owner/anime", "owner/anime-again"), ("default", "owner/default", "owner/default")]));
    }
}
