using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api;

[Category("Integration")]
internal sealed class StartTests
{
    private const int InvalidConfiguration = 78;

    [TestCase("REPLICATE_DEADLINE", "soon", "\"soon\"", "from 5 to 86400")]
    [TestCase("API_PORT", "70000", "\"70000\"", "from 0 to 65535")]
    [TestCase("SERVE_FROM_CLOUD", "perhaps", "\"perhaps\"", "true or false")]
    [TestCase("STORAGE_BACKEND", "ftp", "\"ftp\"", "local, s3")]
    [TestCase("PRESIGNED_URL_EXPIRY", "604801", "\"604801\"", "from 1 to 604800")]
    [TestCase("REPLICATE_BASE_URL", "api.replicate.com", "\"api.replicate.com\"", "http or https URL")]
    [TestCase("REPLICATE_BASE_URL", "https://me:hunter2@example.org/v1", "https://***@example.org/v1")]
    [TestCase("REPLICATE_ALLOWED_MODELS", "flux", "\"flux\"", "owner/name")]
    [TestCase("IMAGE_GENERATOR", "dall-e", "\"dall-e\"", "replicate, placeholder")]
    [TestCase("API_HOST", "example.org", "\"example.org\"", "localhost or an IP address")]
    [TestCase("API_HOST", "*", "\"*\"", "localhost or an IP address")]
    [TestCase("API_HOST", "8000", "\"8000\"", "localhost or an IP address")]
    [TestCase("API_KEY", ",", "comma-separated keys")]
    [TestCase("LOG_LEVEL", "loud", "\"loud\"", "information")]
    [TestCase("CORS_ORIGINS", "https://a.example/path", "\"https://a.example/path\"", "without a path")]
    [TestCase("Flavors__default__AspectRatio", "0:1", "Flavors:default:AspectRatio", "W:H")]
    public async Task Start_WhenAVariableIsWrong_StopsNamingItItsValueAndWhatIsAllowed(string name, string value, params string[] words)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, (name, value));

        var code = await api.ExitCodeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
            Assert.That(api.Log, Does.Contain("cannot start").And.Contain(name.Replace("__", ":", StringComparison.Ordinal)).And.Not.Contain("   at "));
            foreach (var word in words)
            {
                Assert.That(api.Log, Does.Contain(word));
            }
        }
    }

    [Test]
    public async Task Start_WhenSeveralVariablesAreWrong_NamesAllAndNoSecret()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(
            directory.FullPath, ("REPLICATE_API_TOKEN", "\"r8_quotedsecret\""), ("API_KEY", "hash:abc-secret"), ("GENERATION_QUEUE", "-1"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("REPLICATE_API_TOKEN").And.Contain("API_KEY").And.Contain("GENERATION_QUEUE").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Start_WhenTheDataRootIsNoDirectory_StopsNamingIt()
    {
        using var directory = new TempDirectory();
        directory.Write("data", [1]);
        using var api = ApiProcess.Start(directory.FullPath, ("DATA_ROOT", "data"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("DATA_ROOT").And.Contain("\"data\"").And.Not.Contain("   at "));
    }

    [TestCase("missing", "is in none of the shared files", "~/.aws/credentials")]
    [TestCase("empty", "is in the shared files and gives no credentials", "AWS_ACCESS_KEY_ID")]
    public async Task Start_WhenTheProfileIsOfNoUse_NamesItAndWhereItWasLookedFor(string profile, params string[] words)
    {
        using var directory = new TempDirectory();
        var config = directory.Write("config", "[profile empty]\nregion = eu-central-1\n"u8.ToArray());
        using var api = ApiProcess.Start(
            directory.FullPath,
            ("STORAGE_BACKEND", "s3"),
            ("STORAGE_BUCKET", "images"),
            ("S3_ENDPOINT", "http://127.0.0.1:1"),
            ("AWS_PROFILE", profile),
            ("AWS_CONFIG_FILE", config),
            ("AWS_SHARED_CREDENTIALS_FILE", config + ".none"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain($"\"{profile}\", which AWS_PROFILE names").And.Contain(words[0]).And.Contain(words[1]).And.Not.Contain("   at "));
    }

    [Test]
    public async Task Start_WhenThePortIsTaken_SaysSo()
    {
        using var directory = new TempDirectory();
        using var first = ApiProcess.Start(directory.FullPath, ("DATA_ROOT", "one"));
        using var client = await first.ConnectAsync();
        using var second = ApiProcess.Start(directory.FullPath, ("DATA_ROOT", "two"), ("API_PORT", $"{client.BaseAddress!.Port}"));

        var code = await second.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), second.Log);
        Assert.That(second.Log, Does.Contain("API_PORT").And.Contain("in use"));
    }

    [Test]
    public async Task Start_WhenThereIsADotEnvFile_UsesItBelowTheEnvironment()
    {
        using var directory = new TempDirectory();
        directory.Write(".env", "IMAGE_GENERATOR=placeholder\nPRESIGNED_URL_EXPIRY=60\nDATA_ROOT=\"from the file\"\n"u8.ToArray());
        using var api = ApiProcess.Start(directory.FullPath, ("PRESIGNED_URL_EXPIRY", "90"));
        using var client = await api.ConnectAsync();

        var report = await (await client.GetAsync("/api/mv/config/debug")).JsonAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("image_generator").GetString(), Is.EqualTo("placeholder"));
            Assert.That(report.GetProperty("PRESIGNED_URL_EXPIRY").GetInt32(), Is.EqualTo(90));
            Assert.That(Directory.Exists(Path.Combine(directory.FullPath, "from the file", "character_reference")), Is.True);
        }
    }

    [Test]
    public async Task Start_WhenTheWorkingDirectoryHoldsTheData_PathsAreRelativeToIt()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        var image = (await (await client.GenerateAsync(new { character_description = "x", num_images = 1 })).JsonAsync()).GetProperty("images")[0];

        Assert.That(image.GetProperty("path").GetString(), Is.EqualTo($"mv/outputs/character_reference/{image.GetProperty("id").GetString()}.png"));
        Assert.That(File.Exists(Path.Combine(directory.FullPath, image.GetProperty("path").GetString()!)), Is.True);
    }

    [Test]
    public async Task Health_WhenAskedByTheContainer_TellsWhetherTheServiceLives()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();
        var port = ("API_PORT", $"{client.BaseAddress!.Port}");

        using var alive = ApiProcess.Start(directory.FullPath, ["health"], port);
        Assert.That(await alive.ExitCodeAsync(), Is.Zero, alive.Log);
        await api.KillAsync();
        using var dead = ApiProcess.Start(directory.FullPath, ["health"], port);

        Assert.That(await dead.ExitCodeAsync(), Is.EqualTo(1), dead.Log);
    }

    [TestCase("importt")]
    [TestCase("import", "now")]
    [TestCase("Health")]
    public async Task Start_WhenTheCommandIsUnknown_NamesThoseThereAreAndServesNothing(params string[] arguments)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, arguments);

        Assert.That(await api.ExitCodeAsync(), Is.EqualTo(64), api.Log);
        Assert.That(api.Log, Does.Contain($"\"{string.Join(' ', arguments)}\"").And.Contain("health, import"));
        Assert.That(Directory.EnumerateFileSystemEntries(directory.FullPath), Is.Empty);
    }

    [TestCase("--urls", "http://127.0.0.1:0")]
    [TestCase("--urls=http://127.0.0.1:0")]
    [TestCase("urls=http://127.0.0.1:0")]
    public async Task Start_WhenArgumentsAreOptions_Serves(params string[] arguments)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, arguments, ("IMAGE_GENERATOR", "placeholder"), ("API_PORT", "1"));
        using var client = await api.ConnectAsync();

        (await client.GetAsync("/health/live")).AssertStatus(System.Net.HttpStatusCode.OK);
    }

    [Test]
    public async Task Import_WhenStorageIsLocal_ReadsTheLocalStoreAndStartsNoServer()
    {
        using var directory = new TempDirectory();
        var id = Guid.NewGuid();
        var folder = Directory.CreateDirectory(Path.Combine(directory.FullPath, "storage", "character_references")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{id}.jpeg"), TestImages.Solid(ImageFormat.Jpeg, 8, 8));
        using var jobs = new TempDirectory();
        using var import = ApiProcess.Start(directory.FullPath, ["import"], ("DATA_ROOT", directory.FullPath), ("JOBS_ROOT", jobs.FullPath));

        Assert.That(await import.ExitCodeAsync(), Is.Zero, import.Log);
        Assert.That(import.Log, Does.Contain("adopted 1 ").And.Not.Contain("Swagger").And.Not.Contain("Removed"));
        await using var catalog = await TestCatalog.OpenAsync(directory);
        Assert.That((await catalog.References.ReadAllAsync(default).SingleAsync()).RemoteCopy!.Key.Value, Is.EqualTo($"character_references/{id}.jpeg"));
    }

    [Test]
    public async Task Stop_WhenAskedTo_EndsInOrder()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        Assert.That(await api.StopAsync(), Is.Zero, api.Log);
    }
}
