using CharacterRefs.Application.Generations;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Generations;

[Category("Unit")]
internal sealed class ModelPricesTests
{
    [Test]
    public void PriceOf_WhenPricesAreConfigured_ReturnsThePriceOfTheModel()
    {
        var prices = ModelPrices.Read(TestSettings.Of(("MODEL_PRICES", "a/b=0.04, c/d = 1 ,e/f=0")));

        Assert.That(
            new[] { "a/b", "c/d", "e/f", "A/B", "g/h", "placeholder" }.Select(prices.PriceOf),
            Is.EqualTo(new decimal?[] { 0.04m, 1m, 0m, null, null, 0m }));
    }

    [Test]
    public void Read_WhenNothingIsConfigured_KnowsNoPrice() =>
        Assert.That(ModelPrices.Read(TestSettings.Of()).PriceOf("a/b"), Is.Null);

    [TestCase("a/b")]
    [TestCase("a/b=")]
    [TestCase("a/b=-1")]
    [TestCase("a/b=1e3")]
    [TestCase("a/b=1000.01")]
    [TestCase("flux=0.04")]
    [TestCase("a/b=0,04")]
    [TestCase("=0.04")]
    public void Read_WhenAnEntryIsInvalid_IsRejected(string value)
    {
        var settings = TestSettings.Of(("MODEL_PRICES", value));

        ModelPrices.Read(settings);

        Assert.That(settings.Problems(), Has.Count.EqualTo(1));
        Assert.That(settings.Problems()[0], Does.StartWith("MODEL_PRICES is").And.Contain("owner/name=0.04"));
    }

    [Test]
    public void Read_WhenAModelIsNamedTwice_IsRejected()
    {
        var settings = TestSettings.Of(("MODEL_PRICES", "a/b=1,a/b=2"));

        ModelPrices.Read(settings);

        Assert.That(settings.Problems(), Is.EqualTo(["MODEL_PRICES names the model a/b twice; allowed: one price per model."]));
    }
}
