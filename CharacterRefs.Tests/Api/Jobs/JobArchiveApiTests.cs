using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Amazon.S3.Model;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.S3;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>A job's set as a zip file, on a real Kestrel.</summary>
[Category("Api")]
internal sealed class JobArchiveApiTests
{
    private const string Url = "/api/mv/jobs/job-1/assets/archive";

    // Longer than what is read before the first byte goes out.
    private const int Long = 1_500_000;

    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void Start() => Start([]);

    [TearDown]
    public void Stop()
    {
        _client.Dispose();
        _api.Dispose();
    }

    private IAssetStore Store => _api.Services.GetRequiredService<IAssetStore>();

    [Test]
    public async Task GetAndHead_WhenTheSetIsStored_SayTheSameAndTheBodyIsTheSet()
    {
        var files = AJobSet.Names.Select((name, seed) => (name, AJobSet.Bytes(seed * 100_000, seed))).ToList();
        var manifest = await AJobSet.StoreAsync(Store, files);

        using var get = await _client.GetAsync(Url);
        using var head = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(0, 9), HttpMethod.Head);

        var bytes = await get.Content.ReadAsByteArrayAsync();
        using (Assert.EnterMultipleScope())
        {
            foreach (var response in new[] { get, head })
            {
                response.AssertStatus(HttpStatusCode.OK);
                Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("application/zip"));
                Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(bytes.Length));
                Assert.That(response.Content.Headers.ContentDisposition?.ToString(), Is.EqualTo("attachment; filename=\"job-1.zip\""));
                Assert.That(response.Content.Headers.LastModified, Is.EqualTo(manifest.StoredAt));
                Assert.That(response.Headers.ETag?.ToString(), Does.Match("^\"zip-[0-9a-f]{64}\"$"));
                Assert.That(response.Headers.AcceptRanges, Does.Contain("bytes"));
                Assert.That(response.Headers.CacheControl?.ToString(), Is.EqualTo("no-cache, private"));
                Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
            }

            Assert.That(head.Headers.ETag, Is.EqualTo(get.Headers.ETag));
            Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        }

        AssertHolds(bytes, files);
        Assert.That(await _client.GetByteArrayAsync(Url), Is.EqualTo(bytes), "the same bytes every time");
    }

    [TestCase(0L, 9L)]
    [TestCase(100_000L, 700_000L)]
    [TestCase(1_500_000L, null)]
    [TestCase(null, 5L)]
    public async Task Get_WhenARangeIsRequested_SendsThatPart(long? from, long? to)
    {
        await AJobSet.StoreAsync(Store, ("final/movie.mp4", AJobSet.Bytes(Long, 1)), ("script.json", AJobSet.Bytes(100, 2)));
        var whole = await _client.GetByteArrayAsync(Url);

        using var response = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(from, to));

        var first = from ?? (whole.Length - to!.Value);
        var last = from is null ? whole.Length - 1 : to ?? whole.Length - 1;
        response.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes {first}-{last}/{whole.Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(whole[(int)first..((int)last + 1)]));
    }

    [Test]
    public async Task Get_WhenTheClientNamesWhatItHas_SendsNothingOrAPartOrTheWhole()
    {
        await AJobSet.StoreAsync(Store, ("final/movie.mp4", AJobSet.Bytes(1000, 1)));
        using var old = await _client.GetAsync(Url);
        using var unchanged = await _client.GetAsync(Url, headers => headers.IfNoneMatch.Add(old.Headers.ETag!));
        using var rest = await _client.GetAsync(Url, Rest);
        await AJobSet.StoreAsync(Store, ("audio/a.mp3", AJobSet.Bytes(1000, 2)));

        using var young = await _client.GetAsync(Url, Rest);
        using var outside = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(1_000_000, null));

        unchanged.AssertStatus(HttpStatusCode.NotModified);
        rest.AssertStatus(HttpStatusCode.PartialContent);
        young.AssertStatus(HttpStatusCode.OK);
        AssertHolds(await young.Content.ReadAsByteArrayAsync(), [("audio/a.mp3", AJobSet.Bytes(1000, 2))]);
        outside.AssertStatus(HttpStatusCode.RequestedRangeNotSatisfiable);
        Assert.That(outside.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes */{young.Content.Headers.ContentLength}"));

        void Rest(HttpRequestHeaders headers)
        {
            headers.Range = new RangeHeaderValue(500, null);
            headers.IfRange = new RangeConditionHeaderValue(old.Headers.ETag!);
        }
    }

    [Test]
    public async Task Get_WhenAFileIsCorrupt_BreaksOffAndNamesItInTheLog()
    {
        await AJobSet.StoreAsync(Store, ("final/movie.mp4", AJobSet.Bytes(Long, 1)));
        await CorruptAsync("final/movie.mp4", Long - 1);

        using var response = await _client.GetAsync(Url, HttpCompletionOption.ResponseHeadersRead);

        response.AssertStatus(HttpStatusCode.OK);
        using var received = new MemoryStream();
        Assert.That(() => response.Content.CopyToAsync(received), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
        Assert.That(received.Length, Is.LessThan(Long));
        Assert.That(() => _api.Log.Lines, Has.Some.Contains("failed at final/movie.mp4").After(10_000, 50));
    }

    [Test]
    public async Task Get_WhenTheFirstBytesAreCorrupt_IsAConflictThatNamesTheFile()
    {
        await AJobSet.StoreAsync(Store, ("final/movie.mp4", AJobSet.Bytes(1000, 1)));
        await CorruptAsync("final/movie.mp4", 500);

        var problem = await (await _client.GetAsync(Url)).ProblemAsync(409, "Conflict");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("final/movie.mp4 has other bytes"));
    }

    [TestCase(null, 9L, 0)]
    [TestCase(200L, null, 0)]
    [TestCase(2_000L, 2_009L, 0)]
    [TestCase(2_000L, 2_009L, 1)]
    [TestCase(2_000L, 2_009L, 2)]
    public async Task Get_WhenARangeBeginsOrEndsInADamagedFile_IsAConflictAndARangeOfAnotherIsSent(long? from, long? length, int damage)
    {
        await AJobSet.StoreAsync(Store, ("audio/a.mp3", AJobSet.Bytes(Long, 2)), ("final/movie.mp4", AJobSet.Bytes(Long, 1)));
        (await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(Long + 2_000, Long + 2_009))).AssertStatus(
            HttpStatusCode.PartialContent);
        Action<string>[] damages = [FileDamage.Flip, FileDamage.Cut, FileDamage.FlipAndKeepTheTime];
        if (damage == 2)
        {
            // What leaves length and time is found by the periodic check.
            damages[damage](PathOf(AJobAsset.At("final/movie.mp4").Key));
            await Store.RecheckAsync(AJobAsset.At("final/movie.mp4").Key, default);
        }
        else
        {
            damages[damage](PathOf(AJobAsset.At("final/movie.mp4").Key));
        }

        var range = new RangeHeaderValue(Long + (from ?? -100), length is null ? null : Long + (from is null ? 200 : length));
        using var damaged = await _client.GetAsync(Url, headers => headers.Range = range);
        using var other = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(1_000, 1_999));

        var problem = await damaged.ProblemAsync(409, "Conflict");
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("final/movie.mp4 has other bytes than were stored"));
        Assert.That(damaged.Content.Headers.ContentRange, Is.Null);
        other.AssertStatus(HttpStatusCode.PartialContent);
    }

    [Test]
    public async Task Get_WhenFilesAreMissing_IsAConflictThatNamesThemAndAPartOfAnotherIsSent()
    {
        var manifest = await AJobSet.StoreAsync(Store, ("audio/a.mp3", AJobSet.Bytes(Long, 1)), ("final/movie.mp4", AJobSet.Bytes(Long, 1)));
        await Store.DeleteAsync(manifest.Files[1].Key, default);

        using var whole = await _client.GetAsync(Url);
        using var ofMissing = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(Long + 1000, null));
        using var ofOther = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(0, 999));

        foreach (var response in new[] { whole, ofMissing })
        {
            var problem = await response.ProblemAsync(409, "Conflict");
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("final/movie.mp4 is missing").And.Not.Contain("audio"));
            Assert.That(response.Headers.ETag, Is.Null);
        }

        ofOther.AssertStatus(HttpStatusCode.PartialContent);
    }

    [Test]
    public async Task Get_WhenTheStoreHasNothingOfTheJob_IsNotFound() => await (await _client.GetAsync(Url)).ProblemAsync(404, "NotFound");

    [Test]
    public async Task Get_WhenTheSetHasNoFile_IsAnEmptyArchive()
    {
        await AJobSet.StoreAsync(Store);

        using var zip = new ZipArchive(await _client.GetStreamAsync(Url));

        Assert.That(zip.Entries, Is.Empty);
    }

    [TestCase("{", "is not valid")]
    [TestCase("""{"format_version":1,"job_id":"job-1","stored_at":"2026-11-22T12:00:00Z","files":[FILE]}""", "../etc/passwd", "../etc/passwd")]
    [TestCase("""{"format_version":1,"job_id":"job-1","stored_at":"2026-11-22T12:00:00Z","files":[FILE]}""", "more bytes", "final/a")]
    public async Task Get_WhenTheManifestIsDamagedOrLeadsOut_IsAConflictThatSaysSo(string manifest, string words, string path = "")
    {
        var file =
            $$"""
            {"path":"{{path}}","key":"videos/job-1/final/a","size_bytes":{{long.MaxValue}},"sha256":"{{new string('0', 64)}}","crc32":"00000000",
            "content_type":"a/b","modified_at":"2026-11-22T12:00:00Z","stored_at":"2026-11-22T12:00:00Z"}
            """;
        await Store.SaveAsync(AssetLayout.JobManifest(AJobAsset.Job), AssetContent.FromBytes(
            Encoding.UTF8.GetBytes(manifest.Replace("FILE", file, StringComparison.Ordinal)), "application/json"), default);

        var problem = await (await _client.GetAsync(Url)).ProblemAsync(409, "Conflict");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(words));
    }

    [Test]
    public async Task Get_WhenTheStoreIsUnreachable_SaysWhenToRetry()
    {
        var store = Substitute.For<IAssetStore>();
        store.OpenReadAsync(default!, default, default)
            .ThrowsAsyncForAnyArgs(new AssetStoreUnavailableException("The store is away.", AssetStoreFault.Unreachable));
        using var data = new TempDirectory();
        using var api = WithStore(store, data);

        using var response = await api.CreateClient().GetAsync(Url);

        await response.ProblemAsync(503, "StorageUnavailable");
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    [Test]
    public async Task Get_WhenTheStoreBecomesUnreachableMeanwhile_BreaksOff()
    {
        var manifest = await AJobSet.StoreAsync(Store, ("final/movie.mp4", AJobSet.Bytes(Long, 1)));
        var store = new MemoryAssets();
        store.Put(AssetLayout.JobManifest(AJobAsset.Job), await File.ReadAllBytesAsync(PathOf(AssetLayout.JobManifest(AJobAsset.Job))));
        var outage = new AssetStoreUnavailableException("The store is away.", AssetStoreFault.Unreachable);
        store.PutStream(manifest.Files[0].Key, Long, () => new BreakingStream(AJobSet.Bytes(Long - 100, 1), outage));
        using var data = new TempDirectory();
        using var api = WithStore(store, data);

        using var response = await api.CreateClient().GetAsync(Url, HttpCompletionOption.ResponseHeadersRead);

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(() => response.Content.ReadAsByteArrayAsync(), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
        Assert.That(() => _api.Log.Lines, Has.Some.Contains("failed at final/movie.mp4").After(10_000, 50));
        Assert.That(_api.Log.Lines, Has.None.Contains("   at "), "what a store does when it is away needs no stack trace");
    }

    /// <summary>A second service with this store, and with data of its own, because the first one uses the others.</summary>
    private WebApplicationFactory<Program> WithStore(IAssetStore store, TempDirectory data) => _api.WithWebHostBuilder(host => host
        .UseSetting("DATA_ROOT", data.FullPath)
        .ConfigureTestServices(services => services.AddSingleton(store)));

    [TestCase("-job")]
    [TestCase("job.")]
    public async Task Get_WhenTheJobIdIsNone_NamesIt(string job) =>
        await (await _client.GetAsync($"/api/mv/jobs/{job}/assets/archive")).ProblemOnFieldAsync("job_id", "1 to 128");

    [Test]
    public async Task Get_WhenADownloadOf2GBBrokeAt1GB_ResumesThere()
    {
        const long Length = 2L << 30, Break = 1L << 30;
        var film = AJobAsset.At("final/film.mp4") with { SizeBytes = Length };
        using var file = Sparse(film, Length);
        await new ManifestStore(Store).WriteAsync(AJobSet.Manifest([film]), default);
        await using (var whole = await Store.OpenReadAsync(film.Key, null, default))
        {
            _api.Services.GetRequiredService<ArchiveFiles>().Remember(film, whole!); // so that the test does not hash 2 GB
        }

        using var head = await _client.GetAsync(Url, _ => { }, HttpMethod.Head);
        using var request = new HttpRequestMessage(HttpMethod.Get, Url)
        {
            Headers = { Range = new RangeHeaderValue(Break, null), IfRange = new RangeConditionHeaderValue(head.Headers.ETag!) },
        };

        using var resumed = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        resumed.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(resumed.Content.Headers.ContentRange?.ToString(), Is.EqualTo(
            $"bytes {Break}-{head.Content.Headers.ContentLength - 1}/{head.Content.Headers.ContentLength}"));
        await using var content = await resumed.Content.ReadAsStreamAsync();
        var (received, stored) = (new byte[1 << 20], new byte[1 << 20]);
        var at = Break - ZipRecords.LocalLength(film);
        for (int count; at < Length; at += count)
        {
            count = (int)Math.Min(received.Length, Length - at);
            await content.ReadExactlyAsync(received.AsMemory(0, count));
            _ = await RandomAccess.ReadAsync(file, stored.AsMemory(0, count), at);
            Assert.That(received.AsSpan(0, count).SequenceEqual(stored.AsSpan(0, count)), Is.True, $"at {at}");
        }

        using var directory = new MemoryStream();
        await content.CopyToAsync(directory);
        Assert.That(directory.ToArray(), Is.EqualTo(
            ZipRecords.Central(film, 0).Concat(ZipRecords.End(1, ZipRecords.LocalLength(film) + Length, ZipRecords.CentralLength(film, 0)))));
    }

    [Test]
    [Category("Integration")]
    public async Task Get_WhenTheSetIsInABucket_IsTheSameArchiveAndBreaksOffAtACorruptFile()
    {
        (string, byte[])[] files = [.. AJobSet.Names.Select((name, seed) => (name, AJobSet.Bytes(seed * 200_000, seed)))];
        await AJobSet.StoreAsync(Store, files);
        var local = await _client.GetByteArrayAsync(Url);
        await using var bucket = await S3TestServer.CreateBucketAsync();
        Stop();
        Start([
            ("STORAGE_BACKEND", "s3"),
            ("STORAGE_BUCKET", bucket.Name),
            ("S3_ENDPOINT", bucket.Options.Endpoint!.OriginalString),
            ("AWS_ACCESS_KEY_ID", bucket.Options.AccessKeyId!.Reveal()),
            ("AWS_SECRET_ACCESS_KEY", bucket.Options.SecretAccessKey!.Reveal()),
        ]);

        var manifest = await AJobSet.StoreAsync(Store, files);
        var whole = await _client.GetByteArrayAsync(Url);
        using var part = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(1_000_000, 2_500_000));

        Assert.That(whole, Is.EqualTo(local));
        Assert.That(await part.Content.ReadAsByteArrayAsync(), Is.EqualTo(whole[1_000_000..2_500_001]));
        var last = manifest.Files[^1];
        await bucket.Store.ReplaceAsync(last.Key, AssetContent.FromBytes(new byte[last.SizeBytes], "video/mp4"), default);
        using var broken = await _client.GetAsync(Url, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(() => broken.Content.ReadAsByteArrayAsync(), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
        Assert.That(() => _api.Log.Lines, Has.Some.Contains($"failed at {last.Path}").After(10_000, 50));

        // With the metadata of the good one, as after damage that the store does not notice.
        var first = manifest.Files[^2];
        var inside = whole.Length - (int)last.SizeBytes - (int)(first.SizeBytes / 2);
        Assert.That(whole[inside..(inside + 10)], Is.EqualTo(await RangeAsync(inside)));
        var damaged = new PutObjectRequest { BucketName = bucket.Name, Key = first.Key.Value, InputStream = new MemoryStream(new byte[first.SizeBytes]) };
        damaged.Metadata["sha256"] = first.Sha256.ToString();
        await bucket.Client.PutObjectAsync(damaged);
        using var cut = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(inside, inside + 9));
        await cut.ProblemAsync(409, "Conflict");

        async Task<byte[]> RangeAsync(int from)
        {
            using var response = await _client.GetAsync(Url, headers => headers.Range = new RangeHeaderValue(from, from + 9));
            return await response.Content.ReadAsByteArrayAsync();
        }
    }

    private static void AssertHolds(byte[] archive, IReadOnlyList<(string Path, byte[] Bytes)> files)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EquivalentTo(files.Select(file => file.Path)));
        foreach (var (path, bytes) in files)
        {
            using var copy = new MemoryStream();
            using var content = zip.GetEntry(path)!.Open();
            content.CopyTo(copy);
            Assert.That(copy.ToArray(), Is.EqualTo(bytes), path);
        }
    }

    private void Start((string, string)[] settings)
    {
        _api = new ApiFactory(settings: settings);
        _api.ListenOnLoopback();
        _client = _api.CreateClient();
    }

    private string PathOf(AssetKey key) => Path.Join(_api.DataRoot, "storage", key.Value);

    /// <summary>Turns one byte in place, behind the store's back.</summary>
    private async Task CorruptAsync(string path, int at)
    {
        await using var file = FileDamage.Open(PathOf(AJobAsset.At(path).Key));
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)~old);
    }

    /// <summary>A file with a few bytes here and there and holes in between.</summary>
    private Microsoft.Win32.SafeHandles.SafeFileHandle Sparse(JobAsset asset, long length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(asset.Key))!);
        var file = File.OpenHandle(PathOf(asset.Key), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var at = 0L; at < length; at += 77_777_777)
        {
            RandomAccess.Write(file, BitConverter.GetBytes(at + 1), at);
        }

        RandomAccess.Write(file, [1], length - 1);
        return file;
    }
}
