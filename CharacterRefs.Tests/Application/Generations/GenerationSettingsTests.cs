using CharacterRefs.Application.Generations;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Generations;

[Category("Unit")]
internal sealed class GenerationSettingsTests
{
    private static readonly (string, string?) s_flavor = ("Flavors:default:PromptTemplate", "Draw {character_description}.");

    [Test]
    public void Read_WhenAllIsSet_AllowsTheListTheDefaultAndTheFlavorsModelsOnce()
    {
        var settings = TestSettings.Of(
            ("REPLICATE_MODEL", "z/default"),
            ("REPLICATE_ALLOWED_MODELS", "m/listed, z/default"),
            s_flavor,
            ("Flavors:default:Model", "a/flavor"),
            ("Flavors:default:ReferenceModel", "b/reference"));

        var read = GenerationSettings.Read(settings);

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That(read.DefaultModel, Is.EqualTo("z/default"));
        Assert.That(read.AllowedModels, Is.EqualTo(["a/flavor", "b/reference", "m/listed", "z/default"]));
        Assert.That(read.Flavors.Keys, Is.EqualTo([Flavor.DefaultName]));
    }

    [Test]
    public void Read_WhenNothingElseIsAllowed_AllowsTheDefault()
    {
        var read = GenerationSettings.Read(TestSettings.Of(("REPLICATE_MODEL", "owner/only"), ("REPLICATE_ALLOWED_MODELS", ""), s_flavor));

        Assert.That(read.AllowedModels, Is.EqualTo(["owner/only"]));
    }

    [Test]
    public void Read_WhenTheDefaultModelIsNotOneName_IsRejected([Values(null, "", "flux", "a/b,c/d")] string? value)
    {
        var settings = TestSettings.Of(("REPLICATE_MODEL", value), s_flavor);

        GenerationSettings.Read(settings);

        Assert.That(settings.Problems(), Has.Some.Contains("REPLICATE_MODEL").And.All.Contains("owner/name"));
    }

    [Test]
    public void Read_WhenAnAllowedModelIsNoName_IsRejected()
    {
        var settings = TestSettings.Of(("REPLICATE_MODEL", "a/b"), ("REPLICATE_ALLOWED_MODELS", "a/b,flux"), s_flavor);

        GenerationSettings.Read(settings);

        Assert.That(settings.Problems(), Has.Count.EqualTo(1));
        Assert.That(settings.Problems()[0], Does.StartWith("REPLICATE_ALLOWED_MODELS is \"a/b,flux\"").And.Contain("owner/name"));
    }
}
