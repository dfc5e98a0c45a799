using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class ModelInputsTests
{
    private static readonly ReferenceImage s_reference =
        new(new CharacterReferenceId(new Guid("0199aaaa-0000-7000-8000-000000000001")), ImageFormat.Png, 1, _ => throw new NotSupportedException());

    private static readonly GenerationParameters s_everything = new()
    {
        AspectRatio = Ratio("3:4"),
        OutputFormat = ImageFormat.Jpeg,
        NegativePrompt = "hat",
        SafetyFilterLevel = SafetyFilterLevels.BlockOnlyHigh,
        PersonGeneration = "allow_adult",
    };

    [TestCase(StubModels.FluxPro, false, """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","safety_tolerance":5}""",
        "negative_prompt,person_generation", true)]
    [TestCase(StubModels.FluxSchnell, false, """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","num_outputs":1}""",
        "negative_prompt,safety_filter_level,person_generation", true)]
    [TestCase(StubModels.Kontext, false, """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","safety_tolerance":5}""",
        "negative_prompt,person_generation", true)]
    [TestCase(
        StubModels.Kontext, true,
        """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","safety_tolerance":2,"input_image":"reference:0199aaaa-0000-7000-8000-000000000001"}""",
        "negative_prompt,person_generation", true)]
    [TestCase(StubModels.Imagen, false, """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","safety_filter_level":"block_only_high"}""",
        "negative_prompt,person_generation,seed", false)]
    [TestCase(
        StubModels.IdeogramCharacter, true,
        """{"prompt":"p","aspect_ratio":"3:4","character_reference_image":"reference:0199aaaa-0000-7000-8000-000000000001"}""",
        "output_format,negative_prompt,safety_filter_level,person_generation", true)]
    [TestCase(
        StubModels.NanoBanana, true,
        """{"prompt":"p","aspect_ratio":"3:4","output_format":"jpg","image_input":["reference:0199aaaa-0000-7000-8000-000000000001"]}""",
        "negative_prompt,safety_filter_level,person_generation,seed", false)]
    [TestCase(StubModels.Community, false, """{"prompt":"p","output_format":"jpeg","negative_prompt":"hat"}""",
        "aspect_ratio,safety_filter_level,person_generation", true)]
    [TestCase(StubModels.Bare, false, """{"prompt":"p"}""", "aspect_ratio,output_format,negative_prompt,safety_filter_level,person_generation,seed", false)]
    public void Fit_WhenEverythingIsRequested_SendsWhatTheModelAccepts(string model, bool withReference, string sent, string dropped, bool usesSeed)
    {
        var inputs = Fit(Request(model) with { Requested = s_everything, Seed = 3, References = withReference ? [s_reference] : [] }).Value!;

        Assert.That(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(inputs.Values), JsonNode.Parse(sent)), Is.True, JsonSerializer.Serialize(inputs.Values));
        Assert.That(inputs.Dropped, Is.EqualTo(dropped.Split(',')));
        Assert.That(inputs.UsesSeed, Is.EqualTo(usesSeed));
    }

    [Test]
    public void For_WhenSeedAndReferenceAreKnown_PutsThemIn()
    {
        var inputs = Fit(Request(StubModels.Kontext) with { References = [s_reference] }).Value!;

        var sent = inputs.For(41, _ => "data:x");

        Assert.That(sent["seed"].GetInt32(), Is.EqualTo(41));
        Assert.That(sent["input_image"].GetString(), Is.EqualTo("data:x"));
        Assert.That(inputs.Values.Keys, Has.None.EqualTo("seed"));
    }

    [TestCase(SafetyFilterLevels.BlockLowAndAbove, 1)]
    [TestCase(SafetyFilterLevels.BlockMediumAndAbove, 3)]
    [TestCase(SafetyFilterLevels.BlockOnlyHigh, 5)]
    public void Fit_WhenModelCountsSafety_MapsTheLevels(string level, int tolerance)
    {
        var inputs = Fit(Request(StubModels.FluxPro) with { Requested = new GenerationParameters { SafetyFilterLevel = level } }).Value!;

        Assert.That(inputs.Values["safety_tolerance"].GetInt32(), Is.EqualTo(tolerance));
    }

    [Test]
    public void Fit_WhenTheClientRequestsAForbiddenRatio_NamesTheAllowedOnes()
    {
        var error = Fit(Request(StubModels.Imagen) with { Requested = new GenerationParameters { AspectRatio = Ratio("21:9") } }).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ValidationError));
        Assert.That(error.Field, Is.EqualTo("aspect_ratio"));
        Assert.That(error.Detail, Does.Contain("1:1, 9:16, 16:9, 3:4, 4:3"));
    }

    [Test]
    public void Fit_WhenTheClientRequestsAForbiddenFormat_NamesTheAllowedOnes()
    {
        var error = Fit(Request(StubModels.Kontext) with { Requested = new GenerationParameters { OutputFormat = ImageFormat.WebP } }).Error!;

        Assert.That(error.Field, Is.EqualTo("output_format"));
        Assert.That(error.Detail, Does.Contain("jpg, png"));
    }

    [Test]
    public void Fit_WhenOnlyTheFlavorNamesAForbiddenValue_DropsIt()
    {
        var inputs = Fit(
            Request(StubModels.Imagen) with { Defaults = new GenerationParameters { AspectRatio = Ratio("21:9"), OutputFormat = ImageFormat.WebP } }).Value!;

        Assert.That(inputs.Values.Keys, Is.EqualTo(new[] { "prompt" }));
        Assert.That(inputs.Dropped, Is.EqualTo(new[] { "aspect_ratio", "output_format" }));
    }

    [Test]
    public void Fit_WhenClientAndFlavorNameAValue_TakesTheClients()
    {
        var inputs = Fit(Request(StubModels.Imagen) with
        {
            Requested = new GenerationParameters { AspectRatio = Ratio("16:9") },
            Defaults = new GenerationParameters { AspectRatio = Ratio("1:1"), OutputFormat = ImageFormat.Png },
        }).Value!;

        Assert.That(inputs.Values["aspect_ratio"].GetString(), Is.EqualTo("16:9"));
        Assert.That(inputs.Values["output_format"].GetString(), Is.EqualTo("png"));
    }

    [TestCase(65_532, 4, true)]
    [TestCase(65_533, 4, false)]
    public void Fit_WhenSeedsOfAllImagesMustFit_ChecksTheLast(int seed, int images, bool fits)
    {
        var error = Fit(Request(StubModels.Community) with { Seed = seed, NumImages = images }).Error;

        Assert.That(error is null, Is.EqualTo(fits));
        Assert.That(error?.Field, Is.EqualTo(fits ? null : "seed"));
        Assert.That(error?.Detail ?? "0 to 65535", Does.Contain("0 to 65535"));
    }

    [Test]
    public void Fit_WhenLastSeedIsNoInteger_RejectsItForEveryModel() =>
        Assert.That(Fit(Request(StubModels.FluxPro) with { Seed = int.MaxValue, NumImages = 2 }).Error!.Field, Is.EqualTo("seed"));

    [Test]
    public void Fit_WhenModelTakesOnlySmallSeedsAndNoneIsRequested_LetsTheModelChoose() =>
        Assert.That(Fit(Request(StubModels.Community)).Value!.UsesSeed, Is.False);

    [TestCase(StubModels.FluxSchnell, true)]
    [TestCase(StubModels.Bare, true)]
    [TestCase(StubModels.IdeogramCharacter, false)]
    public void Fit_WhenReferenceIsNotTakenOrMissing_NamesTheField(string model, bool given)
    {
        var error = Fit(Request(model) with { References = given ? [s_reference] : [] }).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ValidationError));
        Assert.That(error.Field, Is.EqualTo("reference_image_id"));
    }

    [TestCase(StubModels.Kontext)]
    [TestCase(StubModels.NanoBanana)]
    public void Fit_WhenShapeWouldFollowAMissingImage_RequestsASquare(string model)
    {
        Assert.That(Fit(Request(model)).Value!.Values["aspect_ratio"].GetString(), Is.EqualTo("1:1"));
        Assert.That(Fit(Request(model) with { References = [s_reference] }).Value!.Values.Keys, Has.None.EqualTo("aspect_ratio"));
    }

    [Test]
    public void Fit_WhenModelRequiresSomethingElse_IsAConfigurationErrorThatNamesIt()
    {
        var schemas = StubModels.SchemasOf(StubModels.FluxPro)!;
        schemas["Input"]!["required"] = new JsonArray("prompt", "width", "output_quality");

        var error = Fit(Request("a/b"), schemas).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(error.Detail, Does.Contain("width"));
    }

    [Test]
    public void Fit_WhenModelTakesNoPrompt_IsAConfigurationError()
    {
        var error = Fit(Request("a/b"), JsonNode.Parse("""{"Input":{"properties":{"image":{"type":"string"}}}}""")!.AsObject()).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
    }

    [Test]
    public void Read_WhenReferencesFormACircle_Ends()
    {
        var schemas = JsonNode.Parse("""
            {"Input":{"properties":{"prompt":{"type":"string"},"aspect_ratio":{"$ref":"#/components/schemas/A"}}},
            "A":{"allOf":[{"$ref":"#/components/schemas/A"}]}}
            """)!.AsObject();

        Assert.That(Fit(Request("a/b"), schemas).Value!.Values.Keys, Is.EqualTo(new[] { "prompt" }));
    }

    [TestCase("""{"anyOf":[{"enum":["1:1"]},{"$ref":"#/components/schemas/More"},{"type":"null"}]}""", "1:1, 3:4, 4:3")]
    [TestCase("""{"oneOf":[{"enum":["1:1","3:4"]},{"allOf":[{"$ref":"#/components/schemas/More"}]}]}""", "1:1, 3:4, 4:3")]
    [TestCase("""{"anyOf":[{"const":"3:4"},{"const":null}]}""", "3:4")]
    [TestCase("""{"const":"3:4"}""", "3:4")]
    [TestCase("""{"enum":[null,"custom","3:4","match_input_image"]}""", "3:4")]
    public void Fit_WhenRatiosAreListedInSomeForm_TakesThoseAndNamesThemAll(string property, string named)
    {
        var schemas = Schemas($$"""{"prompt":{"type":"string"},"aspect_ratio":{{property}}}""");
        schemas["More"] = JsonNode.Parse("""{"type":"string","enum":["3:4","4:3",null]}""");

        var taken = Fit(Request("a/b") with { Requested = new GenerationParameters { AspectRatio = Ratio("3:4") } }, schemas);
        var rejected = Fit(Request("a/b") with { Requested = new GenerationParameters { AspectRatio = Ratio("21:9") } }, schemas.DeepClone().AsObject());

        Assert.That(taken.Value?.Values["aspect_ratio"].GetString(), Is.EqualTo("3:4"));
        Assert.That(rejected.Error?.Detail, Does.EndWith($"it takes: {named}."));
    }

    [Test]
    public void Fit_WhenOneFormListsAndAnotherTakesAnyText_TakesAnyText()
    {
        var schemas = Schemas("""{"prompt":{"type":"string"},"aspect_ratio":{"anyOf":[{"enum":["1:1"]},{"type":"string"}]}}""");

        var inputs = Fit(Request("a/b") with { Requested = new GenerationParameters { AspectRatio = Ratio("21:9") } }, schemas);

        Assert.That(inputs.Value?.Values["aspect_ratio"].GetString(), Is.EqualTo("21:9"));
    }

    [Test]
    public void Fit_WhenNoRatioCanBeRequested_DoesNotNameTheOthers()
    {
        var schemas = Schemas("""{"prompt":{"type":"string"},"aspect_ratio":{"enum":["custom","match_input_image"]}}""");

        var error = Fit(Request("a/b") with { Requested = new GenerationParameters { AspectRatio = Ratio("1:1") } }, schemas).Error!;

        Assert.That(error.Field, Is.EqualTo("aspect_ratio"));
        Assert.That(error.Detail, Does.Not.Contain("custom").And.Not.Contain("match_input_image"));
    }

    [TestCase("""["array","null"]""", """["x"]""")]
    [TestCase("""["null","array"]""", """["x"]""")]
    [TestCase("""["string","null"]""", "\"x\"")]
    public void Fit_WhenReferenceMayBeNull_IsByItselfOrInAListAsTheOtherTypeSays(string type, string sent)
    {
        var schemas = Schemas($$$"""{"prompt":{"type":"string"},"image_input":{"type":{{{type}}}}}""");

        var inputs = Fit(Request("a/b") with { References = [s_reference] }, schemas).Value!;

        Assert.That(inputs.For(null, _ => "x")["image_input"].GetRawText(), Is.EqualTo(sent));
    }

    [Test]
    public void Fit_WhenTextMayBeNull_TakesText()
    {
        var schemas = Schemas("""{"prompt":{"type":"string"},"negative_prompt":{"type":["null","string"]}}""");

        var inputs = Fit(Request("a/b") with { Requested = s_everything with { AspectRatio = null } }, schemas).Value!;

        Assert.That(inputs.Values["negative_prompt"].GetString(), Is.EqualTo("hat"));
    }

    [Test]
    public void Read_WhenAPropertyComesTwice_TakesTheLast()
    {
        using var openApi = JsonDocument.Parse("""
            {"components":{"schemas":{"Input":{"properties":{"prompt":{"type":"string"},"seed":{"type":"string"},"seed":{"type":"integer"}}}}}}
            """);

        Assert.That(ModelSchema.Read(openApi.RootElement)!.Find("seed")!.Type, Is.EqualTo("integer"));
    }

    [TestCase("""{"num_outputs":{"type":"integer","default":3}}""", "num_outputs", 1)]
    [TestCase("""{"number_of_images":{"type":"integer","minimum":1,"maximum":9}}""", "number_of_images", 1)]
    [TestCase("""{"number_of_outputs":{"type":"integer","minimum":2}}""", "number_of_outputs", 2)]
    [TestCase("""{"n":{"type":"number"}}""", "n", 1)]
    [TestCase("""{"num_images":{"enum":[1,4]}}""", "num_images", 1)]
    [TestCase("""{"num_images":{"enum":[2,4]}}""", "num_images", null)]
    [TestCase("""{"n":{"type":"string"}}""", "n", null)]
    [TestCase("""{"max_images":{"type":"integer","maximum":0}}""", "max_images", null)]
    public void Fit_WhenSchemaCountsImages_SendsTheFewest(string property, string name, int? sent)
    {
        var schemas = Schemas($$"""{"prompt":{"type":"string"},{{property[1..]}}""");

        var inputs = Fit(Request("a/b"), schemas).Value!;

        Assert.That(inputs.Values.TryGetValue(name, out var value) ? value.GetInt32() : default(int?), Is.EqualTo(sent));
    }

    [TestCase("images", """{"type":"array","items":{"type":"string","format":"uri"}}""", true)]
    [TestCase("reference_images", """{"type":"array","items":{"type":"string","format":"uri"},"maxItems":3}""", true)]
    [TestCase("subject", """{"type":"string","format":"uri"}""", false)]
    [TestCase("subject_image", """{"type":"string","format":"uri"}""", false)]
    [TestCase("image", """{"type":"string"}""", false)]
    [TestCase("image_prompt", """{"type":"string","format":"uri"}""", false)]
    [TestCase("character_reference", """{"allOf":[{"type":"string","format":"uri"}]}""", false)]
    public void Fit_WhenModelTakesAReference_SendsItInTheInputOfTheModel(string name, string property, bool isList)
    {
        var schemas = Schemas($$"""{"prompt":{"type":"string"},"{{name}}":{{property}}}""");

        var sent = Fit(Request("a/b") with { References = [s_reference] }, schemas).Value!.For(null, _ => "u")[name];

        Assert.That(sent.GetRawText(), Is.EqualTo(isList ? "[\"u\"]" : "\"u\""));
    }

    [TestCase("subject", """{"type":"string"}""")]
    [TestCase("images", """{"type":"integer"}""")]
    [TestCase("image", """{"type":"string","enum":["a","b"]}""")]
    public void Fit_WhenAnInputOnlySoundsLikeAReference_RejectsTheReference(string name, string property)
    {
        var schemas = Schemas($$"""{"prompt":{"type":"string"},"{{name}}":{{property}}}""");

        var error = Fit(Request("a/b") with { References = [s_reference] }, schemas).Error!;

        Assert.That((error.Kind, error.Field), Is.EqualTo((ErrorKind.ValidationError, "reference_image_id")));
    }

    [TestCase("""{"image":{"type":"string","format":"uri"}}""", 1)]
    [TestCase("""{"images":{"type":"array","maxItems":3}}""", 3)]
    [TestCase("""{"images":{"type":"array"}}""", 8)]
    [TestCase("""{"subject_reference":{"type":"string"},"images":{"type":"array","maxItems":2}}""", 2)]
    [TestCase("""{"character_reference_image":{"type":"string"}}""", 1)]
    public void Fit_WhenReferencesAreMoreThanTheModelTakes_NamesFieldAndLimit(string property, int limit)
    {
        JsonObject AllSchemas() => Schemas($$"""{"prompt":{"type":"string"},{{property[1..]}}""");
        var request = Request("a/b") with { ReferenceField = "reference_image_ids" };

        var fits = Fit(request with { References = [.. Enumerable.Repeat(s_reference, limit)] }, AllSchemas());
        var rejected = Fit(request with { References = [.. Enumerable.Repeat(s_reference, limit + 1)] }, AllSchemas());

        Assert.That(fits.Error, Is.Null);
        Assert.That(rejected.Error, Is.EqualTo(Error.Invalid(
            "reference_image_ids", $"The model a/b takes at most {limit} reference images; reference_image_ids names {limit + 1}.")));
    }

    [Test]
    public void Fit_WhenOneOfTwoReferenceInputsIsRequired_FillsThatOne()
    {
        var schemas = new JsonObject
        {
            ["Input"] = JsonNode.Parse(
                """{"required":["image"],"properties":{"prompt":{"type":"string"},"images":{"type":"array"},"image":{"type":"string"}}}"""),
        };

        var inputs = Fit(Request("a/b") with { References = [s_reference] }, schemas).Value!;

        Assert.That(inputs.Values.Keys, Does.Contain("image").And.None.EqualTo("images"));
    }

    [TestCase("""{"enum":["jpeg","png"]}""", "jpg", "jpeg")]
    [TestCase("""{"enum":["JPEG","PNG"]}""", "jpg", "JPEG")]
    [TestCase("""{"enum":["JPG","PNG"]}""", "png", "PNG")]
    [TestCase("""{"enum":["image/jpeg","image/png"]}""", "jpg", "image/jpeg")]
    [TestCase("""{"enum":["image/jpeg","image/png"]}""", "png", "image/png")]
    [TestCase("""{"type":"string","default":"jpeg"}""", "jpg", "jpeg")]
    [TestCase("""{"type":"string","default":"webp"}""", "jpg", "jpg")]
    public void Fit_WhenModelSpellsFormatsInItsOwnWay_SendsItsSpelling(string property, string format, string sent)
    {
        var schemas = Schemas($$"""{"prompt":{"type":"string"},"output_format":{{property}}}""");

        var inputs = Fit(Request("a/b") with { Requested = new GenerationParameters { OutputFormat = ImageFormat.FromExtension(format) } }, schemas).Value!;

        Assert.That(inputs.Values["output_format"].GetString(), Is.EqualTo(sent));
    }

    private static JsonObject Schemas(string properties) => new() { ["Input"] = new JsonObject { ["properties"] = JsonNode.Parse(properties) } };

    private static Result<FittedInputs> Fit(GenerationRequest request) => Fit(request, StubModels.SchemasOf(request.Model));

    private static Result<FittedInputs> Fit(GenerationRequest request, JsonObject? schemas)
    {
        var openApi = JsonSerializer.SerializeToElement(
            schemas is null ? new JsonObject() : new JsonObject { ["components"] = new JsonObject { ["schemas"] = schemas } });
        return ModelInputs.Fit(request, ModelSchema.Read(openApi));
    }

    private static GenerationRequest Request(string model) => ReplicateHarness.RequestFor(model) with { Prompt = "p" };

    private static AspectRatio Ratio(string text) => AspectRatio.TryParse(text, out var ratio) ? ratio : throw new FormatException(text);
}
