using System.Security.Cryptography;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Operation;

/// <summary>The command that imports an existing bucket into the catalog, as a process of its own against a real S3 server.</summary>
[Category("Integration")]
internal sealed class ImportTests
{
    private static readonly byte[] s_png = TestImages.Solid(ImageFormat.Png, 16, 16);

    private S3TestBucket _bucket = null!;
    private TempDirectory _root = null!;
    private TempDirectory _jobs = null!;

    [SetUp]
    public async Task MakeBucket()
    {
        _bucket = await S3TestServer.CreateBucketAsync();
        _root = new TempDirectory();
        _jobs = new TempDirectory();
    }

    [TearDown]
    public async Task RemoveBucket()
    {
        if (_bucket is null)
        {
            return; // ignored: there is no server
        }

        await _bucket.DisposeAsync();
        _root.Dispose();
        _jobs.Dispose();
    }

    [Test]
    public async Task Import_WhenTheBucketHasOtherObjects_AdoptsTheImagesAndNamesTheRest()
    {
        var good = new List<string>();
        foreach (var extension in new[] { "png", "jpg", "jpeg", "webp" })
        {
            var bytes = TestImages.Solid(ImageFormat.FromExtension(extension)!, 16, 16);
            good.Add(await PutAsync($"{Guid.NewGuid()}.{extension}", bytes));
            good.Add(await PutAsync($"{Guid.NewGuid()}.{extension}", bytes, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }

        good.Add(await PutAsync($"{Guid.NewGuid().ToString().ToUpperInvariant()}.png", s_png));
        good.Add(await PutAsync($"{Guid.NewGuid()}.webp", s_png)); // the content decides
        var deleted = await PutAsync($"{await DeletedIdAsync()}.png", s_png);
        string[] bad =
        [
            await PutAsync($"{Guid.NewGuid()}.png", TestImages.Text),
            await PutAsync($"{Guid.NewGuid()}.gif", TestImages.Gif),
            await PutAsync($"{Guid.NewGuid()}.png", s_png, new string('b', 64)),
            await PutAsync($"old/{Guid.NewGuid()}.png", s_png),
            await PutAsync("read me.txt", TestImages.Text),
        ];
        var ofJob = Guid.NewGuid();
        await _bucket.PutForeignAsync($"videos/j/intermediate/character_reference/{ofJob}.png", s_png);
        await _bucket.PutForeignAsync($"videos/j/intermediate/scenes/{Guid.NewGuid()}.png", s_png);
        good.Add($"character_references/{ofJob}.png");

        var (code, output) = await ImportAsync();
        var (codeAgain, outputAgain) = await ImportAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1), output);
            Assert.That(output, Does.Contain("seen 17, adopted 11 ").And.Contain("skipped 1, rejected 5, failed 0"));
            Assert.That(bad, Is.All.Matches<string>(key => output.Contains($"left out {key}: ", StringComparison.Ordinal)), output);
            Assert.That(output, Does.Not.Contain(deleted).And.Not.Contain("/api/mv").And.Not.Contain("Swagger"));
            Assert.That(codeAgain, Is.EqualTo(1), outputAgain);
            Assert.That(outputAgain, Does.Contain("adopted 0 (0 bytes), skipped 13, rejected 5, failed 0"));
            Assert.That((await RowsAsync()).Select(row => row.RemoteCopy!.Key.Value), Is.EquivalentTo(good));
            Assert.That(
                (await RowsAsync()).Select(row => (row.Origin, row.RemoteCopy!.State)), Is.All.EqualTo((ReferenceOrigin.Adopted, RemoteCopyState.Persisted)));
            Assert.That(Directory.GetFiles(Path.Join(_root.FullPath, "character_reference"), "*", SearchOption.AllDirectories), Is.Empty);
        }
    }

    [Test]
    public async Task Import_WhenStoppedAndKilledInTheMiddle_ContinuesWhereItWas()
    {
        const int Count = 1200;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16 };
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), parallel, async (_, _) => await PutAsync($"{Guid.NewGuid()}.png", s_png));

        // The server responds to only so many requests, so that no run can come to its end before it is stopped.
        await using var proxy = await FaultProxy.StartAsync(_bucket.Options.Endpoint!);
        var throughProxy = ("S3_ENDPOINT", proxy.Address.OriginalString);
        var allowed = 200;
        proxy.Script = call => call.Method != "GET" || !call.IsOfImage || Interlocked.Decrement(ref allowed) >= 0 ? call.PassOnAsync() : call.HangAsync();
        using (var stopped = Start(throughProxy))
        {
            await UntilRowsAsync(50);
            Assert.That(await stopped.StopAsync(), Is.EqualTo(1), stopped.Log);
            Assert.That(stopped.Log, Does.Contain("Stopped. Run it again to continue.").And.Not.Contain("   at "));
        }

        var atStop = (await RowsAsync()).Count;
        allowed = 400;
        using (var killed = Start(throughProxy))
        {
            await UntilRowsAsync(atStop + 200);
            await killed.KillAsync();
        }

        var atKill = (await RowsAsync()).Count;
        proxy.Script = null;
        var (code, output) = await ImportAsync(throughProxy);
        var (codeAgain, outputAgain) = await ImportAsync(throughProxy);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(atKill, Is.GreaterThan(atStop).And.LessThan(Count));
            Assert.That(code, Is.Zero, output);
            Assert.That(output, Does.Contain($"Done. seen {Count}, adopted {Count - atKill} ").And.Contain($"skipped {atKill}, rejected 0, failed 0"));
            Assert.That(codeAgain, Is.Zero, outputAgain);
            Assert.That(outputAgain, Does.Contain($"adopted 0 (0 bytes), skipped {Count}, rejected 0"));
            Assert.That(await RowsAsync(), Has.Count.EqualTo(Count));
            Assert.That(
                Directory.GetFiles(Path.Join(_root.FullPath, "character_reference"), "*", SearchOption.AllDirectories),
                Is.Empty,
                "nothing staged is left");
        }
    }

    [Test]
    public async Task Import_WhenTheServiceIsRunning_TheServiceFindsTheImagesAtOnce()
    {
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            ids.Add($"{Guid.NewGuid()}");
            await PutAsync($"{ids[i]}.png", s_png);
        }

        using var api = new ApiFactory(_root.FullPath, [.. _bucket.Variables(_bucket.Options.Endpoint!), ("SERVE_FROM_CLOUD", "true")]);
        using var client = api.CreateClient();

        var import = ImportAsync();
        var responses = await Task.WhenAll(ids.Select(id => client.GetAsync($"/api/mv/get_character_reference/{id}")));
        var (code, output) = await import;

        Assert.That(code, Is.Zero, output);
        Assert.That(responses.Select(response => response.IsSuccessStatusCode), Is.All.True);
        Assert.That(await RowsAsync(), Has.Count.EqualTo(ids.Count));
        var url = (await (await client.GetAsync($"/api/mv/get_character_reference/{ids[0]}")).JsonAsync()).GetProperty("image_url").GetString();
        using var plain = new HttpClient(new SocketsHttpHandler());
        Assert.That(await plain.GetByteArrayAsync(url), Is.EqualTo(s_png));
    }

    [Test]
    public async Task Import_WhenTheBucketIsMissing_ExitsAsInvalidConfiguration()
    {
        var (code, output) = await ImportAsync(("STORAGE_BUCKET", "no-such-bucket-here"));

        Assert.That(code, Is.EqualTo(78), output);
        Assert.That(output, Does.Contain("no-such-bucket-here").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Import_WhenTheStoreIsUnreachable_EndsEarlyWithTheCause()
    {
        var (code, output) = await ImportAsync(("S3_ENDPOINT", "http://127.0.0.1:9"), ("S3_REQUIRED_AT_START", "false"), ("S3_MAX_RETRIES", "0"));

        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("Ended early.").And.Contain("The store does not accept connections").And.Contain("seen 0"));
    }

    private async Task<string> PutAsync(string name, byte[] bytes, string? sha256 = null)
    {
        var key = $"character_references/{name}";
        await _bucket.PutForeignAsync(key, bytes, sha256);
        return key;
    }

    private ApiProcess Start(params (string Name, string Value)[] settings) => ApiProcess.Start(
        _root.FullPath,
        ["import"],
        [.. _bucket.Variables(_bucket.Options.Endpoint!), ("DATA_ROOT", _root.FullPath), ("JOBS_ROOT", _jobs.FullPath), .. settings]);

    private async Task<(int Code, string Output)> ImportAsync(params (string Name, string Value)[] settings)
    {
        using var import = Start(settings);
        return (await import.ExitCodeAsync(), import.Log);
    }

    private async Task<string> DeletedIdAsync()
    {
        await using var catalog = await TestCatalog.OpenAsync(_root);
        var reference = AReference.Uploaded();
        await catalog.References.AddAsync(reference, default);
        await catalog.References.DeleteAsync(reference.Id, default);
        return reference.Id.ToString();
    }

    private async Task<List<CharacterReference>> RowsAsync()
    {
        await using var catalog = await TestCatalog.OpenAsync(_root);
        return await catalog.References.ReadAllAsync(default).ToListAsync();
    }

    private Task UntilRowsAsync(int count) =>
        Condition.UntilAsync(async () => File.Exists(Path.Join(_root.FullPath, "catalog.db")) && (await RowsAsync()).Count >= count);
}
