using System.IO.Compression;
using System.Net;
using System.Text;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>What becomes of a job's files from the first image to the deletion, on local disk and on a real S3 server.</summary>
[TestFixture(false, Category = "Api")]
[TestFixture(true, Category = "Integration")]
internal sealed class JobWorkflowTests(bool hasBucket)
{
    private JobScene _scene = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await JobScene.SetUpAsync(hasBucket);
        _api = _scene.Start();
        _client = _api.CreateClient();
    }

    [TearDown]
    public async Task TearDown()
    {
        _client?.Dispose();
        _api?.Dispose();
        await (_scene?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task Job_FromItsFirstImageToItsDeletion_IsKeptWholeAndThenGone()
    {
        var generated = await (await _client.GenerateAsync(new { character_description = "A robot", num_images = 2, include_base64 = false })).JsonAsync();
        var ids = generated.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("id").GetString()!).Reverse().ToArray();
        await JobScene.DoAsync(_client, "character_references", new { image_ids = ids });
        string[] written = [
            "audio/ä b.mp3", "final/movie.mp4", "metadata.json", "scenes/1/take 1.mp4", "scenes/2.mp4", "script.json", "uploads/deep/er/photo.jpg"];
        foreach (var path in written)
        {
            _scene.Write(path, Encoding.UTF8.GetBytes($"{{\"path\":\"{path}\"}}"));
        }

        _scene.Write("notes.txt", "not of the set"u8.ToArray());
        var images = ids.Select(id => $"character_reference/{id}.png").Order(StringComparer.Ordinal).ToList();
        var all = written.Concat(images).Order(StringComparer.Ordinal).ToList();

        var first = await JobScene.DoAsync(_client, "assets/persist");
        Assert.That(JobScene.Names(first, "uploaded"), Is.EqualTo(written));
        Assert.That(JobScene.Names(first, "skipped"), Is.EqualTo(images), "associating has stored them");
        Assert.That(JobScene.Names(first, "ignored"), Is.EqualTo(["notes.txt"]));
        Assert.That(JobScene.Names(first, "failed"), Is.Empty);
        Assert.That(first.GetProperty("manifest").GetProperty("file_count").GetInt32(), Is.EqualTo(all.Count));
        Assert.That(await _scene.FetchAsync(_client, JobScene.Names(first, "scenes")[0]), Is.EqualTo(
            await File.ReadAllBytesAsync(Path.Join(_scene.JobsRoot, JobScene.Job, "scenes/1/take 1.mp4"))));

        var restored = await JobScene.DoAsync(_client, "assets/download", new { local_base_path = "elsewhere/again" });
        var original = _scene.Hashes().Where(file => file.Key != "notes.txt").ToDictionary();
        Assert.That(JobScene.Names(restored, "downloaded"), Is.EqualTo(all));
        Assert.That(JobScene.Names(restored, "character_references"), Is.EqualTo(images));
        Assert.That(_scene.Hashes("elsewhere/again"), Is.EquivalentTo(original));

        var listed = await JobScene.GetAsync(_client, "assets");
        Assert.That(listed.GetProperty("files").EnumerateArray()
            .ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("sha256").GetString()!), Is.EquivalentTo(original));
        using var zip = new ZipArchive(new MemoryStream(await _client.GetByteArrayAsync($"/api/mv/jobs/{JobScene.Job}/assets/archive")));
        Assert.That(zip.Entries.ToDictionary(entry => entry.FullName, HashOf), Is.EquivalentTo(original));

        var second = await JobScene.DoAsync(_client, "assets/persist");
        Assert.That((JobScene.Names(second, "uploaded"), JobScene.Names(second, "skipped")), Is.EqualTo((Array.Empty<string>(), all)));

        _scene.Write("final/movie.mp4", "another cut"u8.ToArray());
        var third = await JobScene.DoAsync(_client, "assets/persist");
        Assert.That(JobScene.Names(third, "uploaded"), Is.EqualTo(["final/movie.mp4"]));
        Assert.That(await _scene.FetchAsync(_client, third.GetProperty("final_video").GetString()!), Is.EqualTo("another cut"u8.ToArray()));
        var version = (await JobScene.GetAsync(_client, "assets")).GetProperty("versions").EnumerateArray().Single();
        Assert.That(version.GetProperty("version_of").GetString(), Is.EqualTo("final/movie.mp4"));
        Assert.That(StorageScene.HashOf(await _scene.FetchAsync(_client, version.GetProperty("url").GetString()!)), Is.EqualTo(original["final/movie.mp4"]));
        await _scene.AssertWholeAndTidyAsync(_client);

        var inUse = await (await _client.DeleteAsync($"/api/mv/character_references/{ids[0]}")).ProblemAsync(409, "Conflict");
        Assert.That(inUse.GetProperty("detail").GetString(), Does.Contain(JobScene.Job));
        (await _client.DeleteAsync($"/api/mv/jobs/{JobScene.Job}")).AssertStatus(HttpStatusCode.NoContent);
        Assert.That(await _scene.KeysAsync(), Is.Empty);
        foreach (var what in new[] { "assets", "assets/verify", "assets/archive" })
        {
            await (await _client.GetAsync($"/api/mv/jobs/{JobScene.Job}/{what}")).ProblemAsync(404, "NotFound");
        }

        await (await JobScene.PostAsync(_client, "assets/download")).ProblemAsync(404, "NotFound");
        await (await _client.DeleteAsync($"/api/mv/jobs/{JobScene.Job}")).ProblemAsync(404, "NotFound");
        (await _client.DeleteAsync($"/api/mv/character_references/{ids[0]}")).AssertStatus(HttpStatusCode.NoContent);
        Assert.That(_scene.Hashes(), Has.Count.EqualTo(all.Count + 1), "the workspace is the pipeline's");
    }

    [Test]
    public async Task Persist_WhenThereAreAThousandFiles_StoresThemAllOnceAndRestoresThem()
    {
        var paths = _scene.WriteMany(1000, 500);

        var first = await JobScene.DoAsync(_client, "assets/persist");
        var second = await JobScene.DoAsync(_client, "assets/persist");
        var restored = await JobScene.DoAsync(_client, "assets/download", new { local_base_path = "again" });

        Assert.That(JobScene.Names(first, "uploaded"), Is.EqualTo(paths));
        Assert.That(JobScene.Names(first, "scenes"), Has.Count.EqualTo(1000));
        Assert.That((JobScene.Names(second, "uploaded"), JobScene.Names(second, "skipped")), Is.EqualTo((Array.Empty<string>(), paths)));
        Assert.That(JobScene.Names(restored, "downloaded"), Is.EqualTo(paths));
        Assert.That(_scene.Hashes("again"), Is.EquivalentTo(_scene.Hashes()));
    }

    [Test]
    public async Task Download_WhenSomethingIsInTheWayOfFiles_IsAConflictThatSaysWhatAndWhere()
    {
        _scene.Write("final/movie.mp4", "movie"u8.ToArray());
        _scene.Write("scenes/1.mp4", "scene"u8.ToArray());
        await JobScene.DoAsync(_client, "assets/persist");
        var other = Directory.CreateDirectory(Path.Join(_scene.JobsRoot, "other")).FullName;
        var outside = Directory.CreateDirectory(Path.Join(_scene.Top, "outside")).FullName;
        Directory.CreateSymbolicLink(Path.Join(other, "final"), outside);
        Directory.CreateDirectory(Path.Join(other, "scenes", "1.mp4"));

        var restored = await JobScene.DoAsync(_client, "assets/download", new { local_base_path = "other" });

        var failed = restored.GetProperty("failed").EnumerateArray().ToList();
        Assert.That(JobScene.Names(restored, "failed"), Is.EqualTo(["final/movie.mp4", "scenes/1.mp4"]));
        Assert.That(failed.Select(failure => failure.GetProperty("error").GetString()), Is.All.EqualTo("Conflict"));
        Assert.That(
            failed[0].GetProperty("detail").GetString(), Does.Contain("final/movie.mp4").And.Contain("\"final\" is a link").And.Not.Contain(_scene.Top));
        Assert.That(failed[1].GetProperty("detail").GetString(), Does.Contain("scenes/1.mp4").And.Contain("a folder has its name"));
        Assert.That(Directory.GetFileSystemEntries(outside), Is.Empty);
    }

    [Test]
    public async Task PutMetadata_WhenALinkHasItsName_IsAConflict()
    {
        _scene.Write("final/movie.mp4", "movie"u8.ToArray());
        File.CreateSymbolicLink(Path.Join(_scene.JobsRoot, JobScene.Job, "metadata.json"), Path.Join(_scene.Top, "outside"));

        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        var problem = await (await _client.PutAsync($"/api/mv/jobs/{JobScene.Job}/metadata", body)).ProblemAsync(409, "Conflict");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("metadata.json").And.Contain("a link has its name"));
    }

    [Test]
    public async Task Set_WhenAnObjectIsDamaged_IsFoundOutNeverRestoredAndMended()
    {
        _scene.Write("final/movie.mp4", "movie"u8.ToArray());
        _scene.Write("scenes/1.mp4", "scene"u8.ToArray());
        await JobScene.DoAsync(_client, "assets/persist");
        await _scene.CorruptAsync($"videos/{JobScene.Job}/intermediate/scenes/1.mp4");
        _scene.Write("scenes/1.mp4", "what was there before"u8.ToArray(), "again");

        var bySize = await JobScene.GetAsync(_client, "assets/verify?depth=size");
        var byHash = await JobScene.GetAsync(_client, "assets/verify?depth=hash");
        var restored = await JobScene.DoAsync(_client, "assets/download", new { local_base_path = "again" });

        Assert.That(bySize.GetProperty("complete").GetBoolean(), Is.True, "its size has not changed");
        Assert.That(byHash.GetProperty("complete").GetBoolean(), Is.False);
        Assert.That((JobScene.Names(byHash, "corrupt"), JobScene.Names(byHash, "missing")), Is.EqualTo((new[] { "scenes/1.mp4" }, Array.Empty<string>())));
        Assert.That(JobScene.Names(restored, "failed"), Is.EqualTo(["scenes/1.mp4"]));
        Assert.That(JobScene.Names(restored, "downloaded"), Is.EqualTo(["final/movie.mp4"]));
        Assert.That(await File.ReadAllTextAsync(Path.Join(_scene.JobsRoot, "again/scenes/1.mp4")), Is.EqualTo("what was there before"));
        Assert.That(_scene.StagedFiles(), Is.Empty);

        var repaired = await JobScene.DoAsync(_client, "assets/repair");
        Assert.That(JobScene.Names(repaired, "repaired"), Is.EqualTo(["scenes/1.mp4"]));
        await _scene.AssertWholeAndTidyAsync(_client);
        await JobScene.DoAsync(_client, "assets/download", new { local_base_path = "again" });
        Assert.That(_scene.Hashes("again"), Is.EquivalentTo(_scene.Hashes()));
    }

    [Test]
    [Platform("Linux")]
    public async Task Persist_WhenTheWorkspaceHasWhatIsNoPlainFile_NamesItAndStoresNothingOfIt()
    {
        var secret = Path.Join(_scene.Top, "secret.mp4");
        await File.WriteAllTextAsync(secret, "nobody may read this");
        var folder = Path.GetDirectoryName(_scene.Write("scenes/1.mp4", "scene"u8.ToArray()))!;
        File.CreateSymbolicLink(Path.Join(folder, "link.mp4"), secret);
        File.CreateSymbolicLink(Path.Join(folder, "outside"), _scene.Top);
        using (var fifo = System.Diagnostics.Process.Start("mkfifo", [Path.Join(folder, "pipe.mp4")]))
        {
            await fifo.WaitForExitAsync();
        }

        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Join(folder, "socket.mp4")));

        var persisted = await JobScene.DoAsync(_client, "assets/persist");

        Assert.That(JobScene.Names(persisted, "failed"), Is.EqualTo(["scenes/link.mp4", "scenes/outside", "scenes/pipe.mp4", "scenes/socket.mp4"]));
        Assert.That(persisted.GetProperty("failed").EnumerateArray().Select(failure => failure.GetProperty("detail").GetString()), Has.All.Not.Empty);
        Assert.That(persisted.GetProperty("manifest").GetProperty("complete").GetBoolean(), Is.False, "a set with failures is not complete");
        Assert.That(await _scene.KeysAsync(), Is.EqualTo([$"videos/{JobScene.Job}/intermediate/scenes/1.mp4", JobScene.Manifest]));
    }

    private static string HashOf(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
    }
}
