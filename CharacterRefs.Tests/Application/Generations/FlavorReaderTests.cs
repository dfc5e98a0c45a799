using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Generations;

[Category("Unit")]
internal sealed class FlavorReaderTests
{
    private static readonly (string, string?) s_model = ("REPLICATE_MODEL", "owner/default");
    private static readonly (string, string?) s_default = ("Flavors:default:PromptTemplate", "Draw {character_description}.");

    [Test]
    public void Read_WhenEveryMemberIsSet_ReadsThemAll()
    {
        var settings = TestSettings.Of(
            s_model,
            s_default,
            ("Flavors:Anime:PromptTemplate", "Anime of {character_description}, {character_description}!"),
            ("Flavors:Anime:Model", "owner/drawer"),
            ("Flavors:Anime:ReferenceModel", "owner/redrawer"),
            ("Flavors:Anime:AspectRatio", "3:4"),
            ("Flavors:Anime:OutputFormat", "webp"),
            ("Flavors:Anime:NegativePrompt", "text"),
            ("Flavors:Anime:SafetyFilterLevel", "block_only_high"),
            ("Flavors:Anime:PersonGeneration", "allow_adult"));

        var flavor = Read(settings)["anime"];

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That((flavor.Name, flavor.Model, flavor.ReferenceModel), Is.EqualTo(("anime", "owner/drawer", "owner/redrawer")));
        Assert.That(flavor.PromptFor("a {character_description}"), Is.EqualTo("Anime of a {character_description}, a {character_description}!"));
        Assert.That((flavor.Defaults.AspectRatio?.ToString(), flavor.Defaults.OutputFormat), Is.EqualTo(("3:4", ImageFormat.WebP)));
        Assert.That(
            (flavor.Defaults.NegativePrompt, flavor.Defaults.SafetyFilterLevel, flavor.Defaults.PersonGeneration),
            Is.EqualTo(("text", "block_only_high", "allow_adult")));
    }

    [Test]
    public void Read_WhenOnlyTheTemplateIsSet_NamesNoValue()
    {
        var settings = TestSettings.Of(s_model, s_default, ("Flavors:default:Model", ""), ("Flavors:default:AspectRatio", " "));

        var flavor = Read(settings)[Flavor.DefaultName];

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That((flavor.Model, flavor.ReferenceModel, flavor.Defaults.AspectRatio), Is.EqualTo((default(string), default(string), default(object))));
        Assert.That(flavor.Defaults, Is.EqualTo(new GenerationParameters()));
    }

    [Test]
    public void Read_WhenThereIsNoDefault_IsRejected()
    {
        var settings = TestSettings.Of(s_model, ("Flavors:anime:PromptTemplate", "{character_description}"));

        Read(settings);

        Assert.That(settings.Problems(), Has.One.StartsWith("Flavors:default is missing"));
    }

    [TestCase("Prompt", "x", "Flavors:default:Prompt is not a member of a flavor; known: PromptTemplate, Model, ReferenceModel, AspectRatio")]
    [TestCase("PromptTemplate", "Draw it.", "Flavors:default:PromptTemplate is \"Draw it.\"; allowed: text with {character_description} in it.")]
    [TestCase("PromptTemplate", "", "Flavors:default:PromptTemplate is \"\"; allowed: text with {character_description} in it.")]
    [TestCase("AspectRatio", "1:9", "Flavors:default:AspectRatio is \"1:9\"; allowed: W:H with whole numbers")]
    [TestCase("OutputFormat", "gif", "Flavors:default:OutputFormat is \"gif\"; allowed: png, jpg, webp.")]
    [TestCase("SafetyFilterLevel", "none", "Flavors:default:SafetyFilterLevel is \"none\"; allowed: block_low_and_above,")]
    [TestCase("PersonGeneration", "all", "Flavors:default:PersonGeneration is \"all\"; allowed: dont_allow,")]
    [TestCase("Model", "flux", "Flavors:default:Model is \"flux\"; allowed: owner/name")]
    [TestCase("ReferenceModel", "a/b/c", "Flavors:default:ReferenceModel is \"a/b/c\"; allowed: owner/name")]
    public void Read_WhenAMemberIsWrong_IsRejectedByItsFullKey(string member, string value, string problem)
    {
        var settings = TestSettings.Of(new[] { s_model, s_default }.Where(pair => !pair.Item1.EndsWith(":" + member, StringComparison.Ordinal))
            .Append(($"Flavors:default:{member}", value)));

        Read(settings);

        Assert.That(settings.Problems(), Has.Count.EqualTo(1));
        Assert.That(settings.Problems()[0], Does.StartWith(problem));
    }

    private static IReadOnlyDictionary<string, Flavor> Read(Settings settings) => GenerationSettings.Read(settings).Flavors;
}
