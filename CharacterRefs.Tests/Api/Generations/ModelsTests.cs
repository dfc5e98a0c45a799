using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class ModelsTests
{
    [Test]
    public async Task ListModels_WhenReplicateGenerates_ListsWhatEachAllowedModelAccepts()
    {
        await using var stub = await ReplicateStub.StartAsync();
        using var api = new ApiFactory(null,
        [
            ("IMAGE_GENERATOR", "replicate"), ("REPLICATE_ALLOWED_MODELS", $"{StubModels.NanoBanana},no/such"),
                ("MODEL_PRICES", $"{StubModels.NanoBanana}=0.039"),
            .. stub.Variables.Select(variable => (variable.Key, variable.Value!)),
        ]);

        var items = (await (await api.CreateClient().GetAsync("/api/mv/models")).JsonAsync()).GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!);

        Assert.That(items.Keys, Is.EqualTo([StubModels.FluxPro, StubModels.Kontext, StubModels.NanoBanana, "no/such"]));
        var banana = items[StubModels.NanoBanana];
        Assert.That(items.Values.Select(item => item.GetProperty("is_placeholder").GetBoolean()), Is.All.False);
        Assert.That(banana.GetProperty("price_usd").GetDecimal(), Is.EqualTo(0.039m));
        Assert.That(banana.GetProperty("max_reference_images").GetInt32(), Is.EqualTo(8));
        Assert.That(banana.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(items[StubModels.FluxPro].GetProperty("is_default").GetBoolean(), Is.True);
        Assert.That(items[StubModels.FluxPro].GetProperty("price_usd").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(items["no/such"].GetProperty("error").GetString(), Is.EqualTo("ConfigurationError"));
        Assert.That(items["no/such"].GetProperty("detail").GetString(), Does.Contain("no/such"));
    }

    [Test]
    public async Task ListModels_WhenThePlaceholderGenerates_SaysSoAndIsFree()
    {
        using var api = new ApiFactory();

        var items = (await (await api.CreateClient().GetAsync("/api/mv/models")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();

        Assert.That(items.Select(item => item.GetProperty("is_placeholder").GetBoolean()), Is.All.True);
        Assert.That(items.Select(item => item.GetProperty("price_usd").GetDecimal()), Is.All.Zero);
        Assert.That(items.Select(item => item.GetProperty("aspect_ratios").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task ListFlavors_WhenConfigured_ListsTheirDefaults()
    {
        using var api = new ApiFactory();

        var items = (await (await api.CreateClient().GetAsync("/api/mv/flavors")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();

        Assert.That(items.Select(item => item.GetProperty("name").GetString()), Is.EqualTo(["anime", "default", "portrait"]));
        Assert.That(items.Select(item => item.GetProperty("is_default").GetBoolean()), Is.EqualTo([false, true, false]));
        var anime = items[0];
        Assert.That(anime.GetProperty("aspect_ratio").GetString(), Is.EqualTo("3:4"));
        Assert.That(anime.GetProperty("output_format").GetString(), Is.EqualTo("png"));
        Assert.That(anime.GetProperty("model").GetString(), Is.EqualTo(StubModels.FluxPro));
        Assert.That(anime.GetProperty("reference_model").GetString(), Is.EqualTo(StubModels.Kontext));
        Assert.That(anime.GetProperty("prompt_template").GetString(), Does.Contain("{character_description}"));
    }
}
