using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Postgres;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;
using Npgsql;

namespace CharacterRefs.Tests.Api.Operation;

[Category("Integration")]
internal sealed partial class BackupTests
{
    private const int InvalidConfiguration = 78;

    [Test]
    public async Task Backup_WhenRunAsDocumentedWhileTheServiceRuns_IsRestoredAsDocumented()
    {
        using var directory = new TempDirectory();
        string before, after;
        using (var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder")))
        {
            using var client = await api.ConnectAsync();
            before = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
            (await client.GenerateAsync(new { character_description = "A robot", num_images = 1 })).EnsureSuccessStatusCode();

            await RunAsync(directory, Blocks()[0]);

            after = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 9, 9));
            await api.KillAsync();
        }

        await RunAsync(directory, Blocks()[1]);

        using var restored = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var again = await restored.ConnectAsync();
        (await again.GetAsync($"/api/mv/get_character_reference/{before}")).AssertStatus(HttpStatusCode.OK);
        (await again.GetAsync($"/api/mv/get_character_reference/{after}")).AssertStatus(HttpStatusCode.NotFound);
        var found = await (await again.GetAsync("/api/mv/character_references?query=robot")).JsonAsync();
        Assert.That(found.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    /// <summary>With a bucket that is copied after the catalog, lost, and copied back.</summary>
    [TestCase(CatalogKind.Sqlite)]
    [TestCase(CatalogKind.Postgres)]
    public async Task Backup_WithABucket_IsRestoredAsDocumented(CatalogKind kind)
    {
        await using var scene = await SharedCatalogScene.SetUpAsync();
        await using var kept = await S3TestServer.CreateBucketAsync();
        using var directory = new TempDirectory();
        var restoredTo = await PostgresTestServer.CreateEmptyAsync();
        (string, string)[] variables = [.. scene.Bucket.Variables(scene.Store.Address), ("CATALOG", $"{kind}"), ("DATABASE_URL", scene.Database)];
        string uploaded, generated, after;
        using (var api = ApiProcess.Start(directory.FullPath, variables))
        {
            using var client = await api.ConnectAsync();
            uploaded = await client.UploadedIdAsync(TestImages.NoisePng);
            var response = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1 })).JsonAsync();
            generated = response.GetProperty("images")[0].GetProperty("id").GetString()!;
            await Condition.UntilAsync(
                async () => (await scene.Bucket.ContentsAsync()).Count(key => key.StartsWith("character_references/", StringComparison.Ordinal)) == 2);

            await RunAsync(directory, Blocks()[0], variables);
            after = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 9, 9));
            await scene.Bucket.CopyAllToAsync(kept);
            Assert.That(await api.StopAsync(), Is.Zero, api.Log);
        }

        await scene.Bucket.EmptyAsync();
        if (kind is CatalogKind.Postgres)
        {
            Directory.Delete(Path.Join(directory.FullPath, "mv"), recursive: true);
            await RunAsync(directory, Blocks()[2], [.. variables, ("NEW_DATABASE_URL", restoredTo)]);
            variables = [.. variables, ("DATABASE_URL", restoredTo)];
        }
        else
        {
            await RunAsync(directory, Blocks()[1], variables);
        }

        await kept.CopyAllToAsync(scene.Bucket);

        using (var restored = ApiProcess.Start(directory.FullPath, variables))
        {
            using var again = await restored.ConnectAsync();
            Assert.That(await again.GetByteArrayAsync($"/api/mv/character_references/{uploaded}/content"), Is.EqualTo(TestImages.NoisePng));
            (await again.GetAsync($"/api/mv/character_references/{generated}/content")).AssertStatus(HttpStatusCode.OK);
            var found = await (await again.GetAsync("/api/mv/character_references?query=robot")).JsonAsync();
            Assert.That(found.GetProperty("items")[0].GetProperty("id").GetString(), Is.EqualTo(generated));

            // Its object was in the copy of the bucket, so that it is adopted when somebody wants it, without a record of the catalog.
            (await again.GetAsync($"/api/mv/character_references/{after}/content")).AssertStatus(HttpStatusCode.OK);
            Assert.That((await BucketScene.RecordAsync(again, after)).GetProperty("origin").GetString(), Is.EqualTo("adopted"));
            Assert.That(await restored.StopAsync(), Is.Zero, restored.Log);
        }

        await PostgresTestServer.DropAsync(restoredTo);
    }

    /// <summary>The server commits the last batch of a copy that is killed, perhaps after the next one has begun.</summary>
    [Test]
    public async Task Copy_WhenKilledInTheMiddle_ContinuesToTheSameRows()
    {
        const int Rows = 2_500, Blocked = 1_500;
        using var directory = new TempDirectory();
        using var elsewhere = new TempDirectory(); // DATA_ROOT must not contain JOBS_ROOT
        await using (var catalog = await TestCatalog.OpenAsync(directory))
        {
            await catalog.AddUploadsAsync(Rows);
        }

        var target = await PostgresTestServer.CreateMigratedAsync();
        await using var keeper = new NpgsqlConnection(target);
        await keeper.OpenAsync();
        await ExecuteAsync(keeper, $"""
            SELECT pg_advisory_lock(1);
            CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
            CREATE TRIGGER block BEFORE INSERT ON "references" FOR EACH ROW WHEN (NEW."Sequence" = {Blocked}) EXECUTE FUNCTION block()
            """);
        string[] command = ["catalog", "copy", "--to", target];
        using (var killed = ApiProcess.Start(elsewhere.FullPath, command, ("DATA_ROOT", directory.FullPath)))
        {
            await Condition.UntilAsync(
                async () => await CountAsync(keeper, "pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'") > 0);
            await killed.KillAsync();
        }

        Assert.That(await CountAsync(keeper, "\"references\""), Is.EqualTo(1_000));
        using var copy = ApiProcess.Start(elsewhere.FullPath, command, ("DATA_ROOT", directory.FullPath));
        await Condition.UntilAsync(
            async () => await CountAsync(keeper, "pg_locks WHERE locktype = 'advisory' AND NOT granted") == 2);
        await ExecuteAsync(keeper, "SELECT pg_advisory_unlock(1)");

        Assert.That(await copy.ExitCodeAsync(), Is.Zero, copy.Log);
        Assert.That(copy.Log, Does.Contain($"same references: {Rows} rows, {Rows} in the copy").And.Contain("The copy is complete."));
        await PostgresTestServer.DropAsync(target);
    }

    [Test]
    public async Task Copy_WhileTheServiceRuns_IsRejected()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();
        using var copy = ApiProcess.Start(directory.FullPath, ["catalog", "copy", "--to", "copy.db"]);

        Assert.That(await copy.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), copy.Log);
        Assert.That(copy.Log, Does.Contain("another CharacterRefs process uses it").And.Not.Contain("   at "));
        Assert.That(File.Exists(Path.Join(directory.FullPath, "copy.db")), Is.False);
    }

    [Test]
    public async Task Copy_WhenNoServiceRuns_SaysOfEachTableThatItIsTheSame()
    {
        using var directory = new TempDirectory();
        using var copy = ApiProcess.Start(directory.FullPath, ["catalog", "copy", "--to", "copy.db"]);

        Assert.That(await copy.ExitCodeAsync(), Is.Zero, copy.Log);
        Assert.That(copy.Log, Does.Contain("same references: 0 rows").And.Contain("The copy is complete."));
    }

    [TestCase("catalog copy --to copy://nothing", "postgres://")]
    [TestCase("catalog backup no/such/directory/catalog.db", "cannot be written")]
    public async Task Catalog_WhenTheTargetIsOfNoUse_SaysSo(string command, string words)
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, command.Split(' '));

        Assert.That(await api.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain(words).And.Not.Contain("   at "));
    }

    private static List<string> Blocks()
    {
        var text = File.ReadAllText(Path.Join(RepositoryFiles.Root, "docs", "operation.md"));
        var section = text[text.IndexOf("## Backup and restore", StringComparison.Ordinal)..text.IndexOf("## From SQLite", StringComparison.Ordinal)];
        return [.. Block().Matches(section).Select(match => match.Groups[1].Value)];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string from)
    {
        // The views show all databases of the server.
        var which = from.StartsWith("pg_stat_activity", StringComparison.Ordinal) ? " AND datname = current_database()"
            : from.StartsWith("pg_locks", StringComparison.Ordinal) ? " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            : "";
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {from}{which}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static Task<string> RunAsync(TempDirectory directory, string script, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(
            "bash", ["-euc", script.Replace("dotnet run --project CharacterRefs.Api --", $"dotnet {ApiProcess.Program}", StringComparison.Ordinal)])
        {
            WorkingDirectory = directory.FullPath,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return CommandLine.RunAsync(start);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
