using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Generations;

[Category("Api")]
internal sealed class GenerateCharacterReferenceTests
{
    private const string Robot = "A silver metallic humanoid robot with red shield";

    [Test]
    public async Task Generate_WhenFourImagesAreRequested_ReturnsFourStoredImages()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await (await client.GenerateAsync(new { character_description = $"  {Robot}\n", num_images = 4, aspect_ratio = "3:4", seed = 42 }))
            .JsonAsync();

        var images = response.GetProperty("images").EnumerateArray().ToList();
        var metadata = response.GetProperty("metadata");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(images, Has.Count.EqualTo(4));
            Assert.That(images.Select(image => image.GetProperty("seed").GetInt32()), Is.EqualTo(new[] { 42, 43, 44, 45 }));
            Assert.That(images.Select(image => image.GetProperty("sha256").GetString()).Distinct().Count(), Is.EqualTo(4));
            Assert.That(metadata.GetProperty("character_description").GetString(), Is.EqualTo(Robot));
            Assert.That(metadata.GetProperty("prompt").GetString(), Does.Contain(Robot).And.Not.Contain("{character_description}"));
            Assert.That(metadata.GetProperty("model_used").GetString(), Is.EqualTo("placeholder"));
            Assert.That(metadata.GetProperty("num_images_requested").GetInt32(), Is.EqualTo(4));
            Assert.That(metadata.GetProperty("num_images_generated").GetInt32(), Is.EqualTo(4));
            Assert.That(metadata.GetProperty("failures").GetArrayLength(), Is.Zero);
            Assert.That(metadata.GetProperty("generation_timestamp").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));
        }

        foreach (var image in images)
        {
            AssertStored(api, image);
        }
    }

    [Test]
    public async Task Generate_WhenNothingButTheDescriptionIsGiven_UsesTheDefaults()
    {
        using var api = new ApiFactory();

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = "x" })).JsonAsync();

        Assert.That(response.GetProperty("images").GetArrayLength(), Is.EqualTo(4));
        Assert.That(
            response.GetProperty("images")[0].GetProperty("width").GetInt32(), Is.EqualTo(response.GetProperty("images")[0].GetProperty("height").GetInt32()));
    }

    [TestCase("png", "89504E47")]
    [TestCase("jpg", "FFD8FF")]
    [TestCase("webp", "52494646")]
    public async Task Generate_WhenAFormatIsRequested_StoresThatFormat(string format, string signature)
    {
        using var api = new ApiFactory();

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = "x", num_images = 1, output_format = format })).JsonAsync();

        var image = response.GetProperty("images")[0];
        Assert.That(image.GetProperty("format").GetString(), Is.EqualTo(format));
        Assert.That(Convert.ToHexString(image.GetProperty("base64").GetBytesFromBase64()), Does.StartWith(signature));
        Assert.That(image.GetProperty("path").GetString(), Does.EndWith("." + format));
    }

    [Test]
    public async Task Generate_WhenBase64IsNotWanted_LeavesItOut()
    {
        using var api = new ApiFactory();

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = "x", num_images = 1, include_base64 = false })).JsonAsync();

        Assert.That(response.GetProperty("images")[0].GetProperty("base64").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Generate_WhenTheSameIsRequestedTwice_GeneratesTheSameBytesUnderNewIds()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var request = new { character_description = Robot, num_images = 1, seed = 7 };

        var first = (await (await client.GenerateAsync(request)).JsonAsync()).GetProperty("images")[0];
        var second = (await (await client.GenerateAsync(request)).JsonAsync()).GetProperty("images")[0];

        Assert.That(second.GetProperty("sha256").GetString(), Is.EqualTo(first.GetProperty("sha256").GetString()));
        Assert.That(second.GetProperty("id").GetString(), Is.Not.EqualTo(first.GetProperty("id").GetString()));
    }

    [Test]
    public async Task Generate_WhenTheServiceIsStartedAgain_EveryImageIsStillServedAndListed()
    {
        using var root = new TempDirectory();
        List<JsonElement> images;
        using (var before = new ApiFactory(root.FullPath))
        {
            images = [.. (await (await before.CreateClient().GenerateAsync(new { character_description = Robot, seed = 1 })).JsonAsync()).GetProperty("images")
                .EnumerateArray()];
        }

        using var after = new ApiFactory(root.FullPath);
        using var client = after.CreateClient();

        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(
            list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()),
            Is.EquivalentTo(images.Select(image => image.GetProperty("id").GetString())));
        foreach (var image in images)
        {
            var bytes = await client.GetByteArrayAsync($"/api/mv/get_character_reference/{image.GetProperty("id").GetString()}");
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.GetProperty("sha256").GetString()));
        }
    }

    [TestCase("{}", "character_description", "1 to 4000", "0")]
    [TestCase("""{"character_description":""}""", "character_description", "1 to 4000", "0")]
    [TestCase("""{"character_description":" \n "}""", "character_description", "1 to 4000")]
    [TestCase("""{"character_description":"\u200B\u2060\uFEFF"}""", "character_description", "1 to 4000", "0")]
    [TestCase("""{"character_description":5}""", "character_description", "text", "4000")]
    [TestCase("""{"character_description":"a\u0007b"}""", "character_description", "control characters")]
    [TestCase("""{"character_description":"a\u0000b"}""", "character_description", "control characters")]
    [TestCase("""{"character_description":"x","num_images":0}""", "num_images", "1 to 4")]
    [TestCase("""{"character_description":"x","num_images":5}""", "num_images", "1 to 4")]
    [TestCase("""{"character_description":"x","num_images":"two"}""", "num_images", "whole number from 1 to 4")]
    [TestCase("""{"character_description":"x","num_images":"2"}""", "num_images", "whole number from 1 to 4")]
    [TestCase("""{"character_description":"x","num_images":1.5}""", "num_images", "whole number from 1 to 4")]
    [TestCase("""{"character_description":"x","num_images":[1]}""", "num_images", "whole number from 1 to 4")]
    [TestCase("""{"character_description":"x","numImages":2}""", "numImages", "not a member", "num_images")]
    [TestCase("""{"character_description":"x","NUM_IMAGES":2}""", "NUM_IMAGES", "not a member")]
    [TestCase("""{"character_description":"x","num_images":1,"num_images":2}""", "num_images")]
    [TestCase("""{"character_description":"x","a.b":2}""", "a.b", "not a member")]
    [TestCase("""{"character_description":"x","aspect_ratio":"0:1"}""", "aspect_ratio", "W:H", "1 to 100")]
    [TestCase("""{"character_description":"x","aspect_ratio":"1000:1"}""", "aspect_ratio", "1 to 100")]
    [TestCase("""{"character_description":"x","aspect_ratio":"a:b"}""", "aspect_ratio", "W:H")]
    [TestCase("""{"character_description":"x","aspect_ratio":""}""", "aspect_ratio", "W:H")]
    [TestCase("""{"character_description":"x","seed":-1}""", "seed", "0 to 2147483647")]
    [TestCase("""{"character_description":"x","seed":2147483648}""", "seed", "0 to 2147483647")]
    [TestCase("""{"character_description":"x","seed":2147483645}""", "seed", "seed of the last image", "2147483647")]
    [TestCase("""{"character_description":"x","output_format":"gif"}""", "output_format", "png, jpg, webp")]
    [TestCase("""{"character_description":"x","safety_filter_level":"none"}""", "safety_filter_level", "block_only_high")]
    [TestCase("""{"character_description":"x","person_generation":"all"}""", "person_generation", "allow_all")]
    [TestCase("""{"character_description":"x","config_flavor":"oil"}""", "config_flavor", "oil", "anime, default")]
    [TestCase("""{"character_description":"x","config_flavor":""}""", "config_flavor", "default")]
    [TestCase("""{"character_description":"x","model":"someone/else"}""", "model", "someone/else", "black-forest-labs/flux-1.1-pro")]
    [TestCase("""{"character_description":"x","model":"../../account"}""", "model", "owner/name")]
    [TestCase("""{"character_description":"x","reference_image_id":"../secret"}""", "reference_image_id", "UUID")]
    [TestCase("""{"character_description":"x","reference_image_ids":["../secret"]}""", "reference_image_ids", "UUID")]
    [TestCase("""{"character_description":"x","reference_image_ids":[null]}""", "reference_image_ids", "UUID")]
    [TestCase("""{"character_description":"x","reference_image_ids":["0199aaaa-0000-7000-8000-000000000001","0199AAAA-0000-7000-8000-000000000001"]}""",
        "reference_image_ids", "twice")]
    [TestCase(
        """
        {"character_description":"x","reference_image_id":"0199aaaa-0000-7000-8000-000000000001",
        "reference_image_ids":["0199aaaa-0000-7000-8000-000000000002"]}
        """,
        "reference_image_ids", "not be used together", "reference_image_id;")]
    [TestCase(
        """{"character_description":"x","reference_image_ids":["","","","","","","","","","","","","","",""]}""", "reference_image_ids", "at most 14", "15")]
    [TestCase("""{"character_description":"x",}""", "body", "not valid JSON")]
    [TestCase("{\"character_description\":\"x\"", "body", "not valid JSON")]
    [TestCase("""{"character_description":"\ud800"}""", "character_description")]
    [TestCase("[]", "body", "not valid JSON")]
    [TestCase("null", "body", "JSON object")]
    [TestCase("", "body", "JSON object")]
    public async Task Generate_WhenTheBodyIsNotAcceptable_NamesFieldAndLimitAndWritesNothing(string body, string field, params string[] words)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await client.GenerateRawAsync(body);

        await response.ProblemOnFieldAsync(field, words);
        await AssertNothingWasWrittenAsync(api, client);
    }

    [TestCase(4000, true)]
    [TestCase(4001, false)]
    public async Task Generate_WhenTheDescriptionIsLong_CountsCodePointsAfterTrimming(int length, bool isAccepted)
    {
        using var api = new ApiFactory();
        var description = $" {string.Concat(Enumerable.Repeat("🤖", length))} ";

        var response = await api.CreateClient().GenerateAsync(new { character_description = description, num_images = 1, include_base64 = false });

        if (isAccepted)
        {
            response.AssertStatus(HttpStatusCode.OK);
        }
        else
        {
            await response.ProblemOnFieldAsync("character_description", "1 to 4000", "4001");
            Assert.That(api.ImageFiles(), Is.Empty);
        }
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Generate_WhenTheBodyIsOfAnotherKind_ReturnsUnsupportedMediaTypeNamingTheRightOne(string mediaType)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await client.GenerateRawAsync("""{"character_description":"x"}""", mediaType);

        var problem = await response.ProblemAsync(415, "UnsupportedMediaType");
        Assert.That(problem.GetProperty("errors").GetProperty("Content-Type")[0].GetString(), Does.Contain("application/json"));
        await AssertNothingWasWrittenAsync(api, client);
    }

    [Test]
    public async Task Generate_WhenTheReferenceImageIsUnknown_IsNotFound()
    {
        using var api = new ApiFactory();
        var id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

        var response = await api.CreateClient().GenerateAsync(new { character_description = "x", reference_image_id = id });

        var problem = await response.ProblemAsync(404, "NotFound");
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo($"Character reference image with ID {id} not found"));
        Assert.That(problem.GetProperty("errors").GetProperty("reference_image_id")[0].GetString(), Is.EqualTo(problem.GetProperty("detail").GetString()));
    }

    [Test]
    public async Task Generate_WhenProductionHasNoToken_IsAConfigurationError()
    {
        using var api = new ApiFactory(settings: ("IMAGE_GENERATOR", "")) { EnvironmentName = "Production" };

        var response = await api.CreateClient().GenerateAsync(new { character_description = "x" });

        var problem = await response.ProblemAsync(503, "ConfigurationError");
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("REPLICATE_API_TOKEN is not configured"));
        Assert.That(api.ImageFiles(), Is.Empty);
    }

    [Test]
    public async Task Generate_WhenDevelopmentHasNoToken_GeneratesPlaceholders()
    {
        using var api = new ApiFactory(settings: ("IMAGE_GENERATOR", ""));

        var response = await (await api.CreateClient().GenerateAsync(new { character_description = "x", num_images = 1 })).JsonAsync();

        Assert.That(response.GetProperty("metadata").GetProperty("model_used").GetString(), Is.EqualTo("placeholder"));
    }

    private static void AssertStored(ApiFactory api, JsonElement image)
    {
        var id = image.GetProperty("id").GetString();
        var bytes = image.GetProperty("base64").GetBytesFromBase64();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Guid.Parse(id!).Version, Is.EqualTo(7));
            Assert.That(image.GetProperty("cloud_url").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(image.GetProperty("content_url").GetString(), Is.EqualTo($"/api/mv/character_references/{id}/content"));
            Assert.That(image.GetProperty("format").GetString(), Is.EqualTo("png"));
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), Is.EqualTo(image.GetProperty("width").GetInt32()));
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)), Is.EqualTo(image.GetProperty("height").GetInt32()));
            Assert.That(image.GetProperty("width").GetInt32() / (double)image.GetProperty("height").GetInt32(), Is.EqualTo(0.75).Within(0.02));
            Assert.That(bytes, Has.Length.EqualTo(image.GetProperty("size_bytes").GetInt32()));
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.GetProperty("sha256").GetString()));
            Assert.That(image.GetProperty("path").GetString(), Does.EndWith($"character_reference/{id}.png").And.Not.StartWith("/"));
            Assert.That(File.ReadAllBytes(Path.Combine(api.DataRoot, "character_reference", $"{id}.png")), Is.EqualTo(bytes));
        }
    }

    private static async Task AssertNothingWasWrittenAsync(ApiFactory api, HttpClient client)
    {
        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(api.ImageFiles(), Is.Empty);
    }
}
