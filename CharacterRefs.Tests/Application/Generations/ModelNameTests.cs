using CharacterRefs.Application.Generations;

namespace CharacterRefs.Tests.Application.Generations;

[Category("Unit")]
internal sealed class ModelNameTests
{
    [TestCase("black-forest-labs/flux-1.1-pro")]
    [TestCase("a/b")]
    [TestCase("A_1/b.2")]
    public void Parse_WhenOwnerAndName_GivesTheText(string text) => Assert.That(ModelName.Parse(text), Is.EqualTo(text));

    [TestCase("")]
    [TestCase("flux")]
    [TestCase("/flux")]
    [TestCase("owner/")]
    [TestCase("owner/name:version")]
    [TestCase("owner/name/x")]
    [TestCase("../name")]
    [TestCase("owner/..")]
    [TestCase("owner/name\n")]
    [TestCase("owner /name")]
    [TestCase("owner/na?me")]
    [TestCase("öwner/name")]
    public void Parse_WhenAnythingElse_GivesNone(string text) => Assert.That(ModelName.Parse(text), Is.Null);
}
