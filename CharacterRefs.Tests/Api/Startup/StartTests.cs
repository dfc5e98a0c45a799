using CharacterRefs.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Tests.Api.Startup;

[Category("Integration")]
internal sealed class StartTests
{
    private const int InvalidConfiguration = 78;

    [TestCase("REPLICATE_DEADLINE", "soon", "\"soon\"", "from 5 to 86400")]
    [TestCase("API_PORT", "70000", "\"70000\"", "from 0 to 65535")]
    [TestCase("SERVE_FROM_CLOUD", "perhaps", "\"perhaps\"", "true or false")]
    [TestCase("STORAGE_BACKEND", "ftp", "\"ftp\"", "local, s3")]
    [TestCase("CATALOG", "mysql", "\"mysql\"", "sqlite, postgres")]
    [TestCase("CATALOG", "postgres", "requires DATABASE_URL", "requires an object store")]
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
            directory.FullPath, ("REPLICATE_API_TOKEN", "\"r8_quotedsecret\""), ("API_KEY", "hash:abc-secret"), ("GENERATION_QUEUE", "-1"),
            ("DATABASE_URL", "mysql://me:secret@h/d"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(
            api.Log,
            Does.Contain("REPLICATE_API_TOKEN").And.Contain("API_KEY").And.Contain("DATABASE_URL").And.Contain("GENERATION_QUEUE").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Migrate_WhenThereIsNoCatalog_MakesItAndEnds()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ["migrate"]);

        Assert.That(await api.ExitCodeAsync(), Is.Zero, api.Log);
        Assert.That(api.Log, Does.Contain("Migrated the catalog schema").And.Contain("up to date"));
        Assert.That(File.Exists(Path.Join(directory.FullPath, "mv/outputs/catalog.db")), Is.True);
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

    [Test]
    public async Task Start_WhenAnotherProcessUsesTheDataRoot_StopsUntilItEnds()
    {
        using var directory = new TempDirectory();
        using var first = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await first.ConnectAsync();
        using var second = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));

        Assert.That(await second.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), second.Log);
        Assert.That(second.Log, Does.Contain("DATA_ROOT").And.Contain("another CharacterRefs process uses it").And.Not.Contain("   at "));
        await first.KillAsync();
        using var third = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var again = await third.ConnectAsync();
    }

    [TestCase(0)]
    [TestCase(60_000, Description = "The first pages of the catalog are written.")]
    public async Task Start_WhenTheDiskIsFullFromTheStart_StopsWithOneLine(long leaving)
    {
        using var disk = SmallDisk.Mount("1m");
        using var directory = new TempDirectory();
        disk.Fill(leaving);
        using var api = ApiProcess.Start(directory.FullPath, ("DATA_ROOT", disk.Path), ("IMAGE_GENERATOR", "placeholder"));

        Assert.That(await api.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain(disk.Path).And.Contain("the disk is full").And.Not.Contain("   at ").And.Not.Contain(" fail: "));
    }

    [Test]
    public async Task Start_WhenTheCatalogIsDamaged_StopsWithOneLine()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(Path.Join(directory.FullPath, "data"));
        directory.Write("data/catalog.db", [.. Enumerable.Repeat((byte)'x', 8192)]);
        using var api = ApiProcess.Start(directory.FullPath, ("DATA_ROOT", "data"), ("IMAGE_GENERATOR", "placeholder"));

        Assert.That(await api.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("data/catalog.db is damaged").And.Not.Contain("   at "));
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

    [TestCase("192.0.2.7")]
    [TestCase("2001:db8::7")]
    public async Task Start_WhenTheHostIsNoAddressOfThisMachine_StopsNamingIt(string host)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("API_HOST", host));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("API_HOST is not an address of this machine").And.Contain(host).And.Not.Contain("   at "));
    }

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    public async Task Start_WhenThePortNeedsARight_StopsNamingIt(string host)
    {
        const string LowestOpenPort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
        Assume.That(int.Parse(await File.ReadAllTextAsync(LowestOpenPort), System.Globalization.CultureInfo.InvariantCulture), Is.GreaterThan(80),
            $"{LowestOpenPort} lets everybody listen on port 80.");
        using var directory = new TempDirectory();
        using var api = ApiProcess.StartWithoutRights(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("API_HOST", host), ("API_PORT", "80"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("API_PORT is a port on which this user may not listen").And.Contain(":80").And.Not.Contain("   at "));
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
    public async Task Health_WhenTheContainerRequestsIt_ReportsWhetherTheServiceRuns()
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

    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("import", "--help")]
    public async Task Help_WhenRequested_NamesTheCommandsAndStartsNothing(params string[] arguments)
    {
        using var directory = new TempDirectory();
        directory.Write(".env", "not a line\n"u8.ToArray());
        using var api = ApiProcess.Start(directory.FullPath, arguments, ("API_PORT", "wrong"));

        Assert.That(await api.ExitCodeAsync(), Is.Zero, api.Log);
        Assert.That(api.Log, Does.Contain("Usage:").And.Contain("import").And.Contain("health").And.Contain("docs/configuration.md"));
        Assert.That(Directory.EnumerateDirectories(directory.FullPath), Is.Empty);
    }

    [Test]
    public async Task Version_WhenRequested_IsPrintedAlone()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ["--version"]);

        Assert.That(await api.ExitCodeAsync(), Is.Zero, api.Log);
        Assert.That(api.Log.Trim(), Does.Match(@"^CharacterRefs \d+\.\d+\.\d+\S*$"));
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
    public async Task Import_WhenThereIsNoBucket_IsAnError()
    {
        using var directory = new TempDirectory();
        using var import = ApiProcess.Start(directory.FullPath, ["import"]);

        Assert.That(await import.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), import.Log);
        Assert.That(import.Log, Does.Contain("the command import reads a bucket").And.Contain("STORAGE_BUCKET").And.Not.Contain("Done."));
    }

    [Test]
    public async Task Start_WhenThereIsABucketAndNoBackend_SaysWhatIsMissing()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(
            directory.FullPath, ("STORAGE_BUCKET", "images"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key"));

        Assert.That(await api.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain("STORAGE_BUCKET is \"images\", but STORAGE_BACKEND is not set; allowed: s3"));
    }

    [TestCase(0)]
    [TestCase(1, "migrate")]
    public async Task Stop_WhenTheStartStillWaits_EndsInOrder(int code, params string[] arguments)
    {
        using var directory = new TempDirectory();
        var data = Directory.CreateDirectory(Path.Join(directory.FullPath, "mv", "outputs")).FullName;
        using var other = new SqliteConnection($"Data Source={Path.Join(data, "catalog.db")};Pooling=false");
        other.Open();
        using var hold = other.CreateCommand();
        hold.CommandText = "CREATE TABLE other (id); BEGIN EXCLUSIVE";
        hold.ExecuteNonQuery();
        using var api = ApiProcess.Start(directory.FullPath, arguments, ("IMAGE_GENERATOR", "placeholder"));
        await Condition.UntilAsync(() => api.Log.Contains("another program has locked it", StringComparison.Ordinal));

        var exit = await api.StopAsync();

        Assert.That(exit, Is.EqualTo(code), api.Log);
        Assert.That(api.Log, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task Stop_WhenSignalled_EndsInOrder()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        Assert.That(await api.StopAsync(), Is.Zero, api.Log);
    }
}
