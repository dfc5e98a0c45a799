using CharacterRefs.Application.Generations;

namespace CharacterRefs.Tests.Application.Generations;

[Category("Unit")]
internal sealed class ModelNameTests
{
    [TestCase("black-forest-labs/flux-1.1-pro")]
    [TestCase("a/b")]
    [TestCase("A_1/b.2")]
    [TestCase("owner/name:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("deployments/owner/name")]
    public void Parse_WhenModelVersionOrDeployment_GivesTheText(string text) => Assert.That(ModelName.Parse(text), Is.EqualTo(text));

    [TestCase("")]
    [TestCase("flux")]
    [TestCase("/flux")]
    [TestCase("owner/")]
    [TestCase("owner/name:version")]
    [TestCase("owner/name:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("owner/name:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0")]
    [TestCase("deployments/owner/name:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("deployments/../name")]
    [TestCase("deployments/a/b/c")]
    [TestCase("owner/name/x")]
    [TestCase("../name")]
    [TestCase("owner/..")]
    [TestCase("owner/name\n")]
    [TestCase("owner /name")]
    [TestCase("owner/na?me")]
    [TestCase("öwner/name")]
    public void Parse_WhenAnythingElse_GivesNone(string text) => Assert.That(ModelName.Parse(text), Is.Null);
}
