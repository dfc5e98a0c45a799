using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3.Model;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>
/// A job with its workspace and its store, both of which outlive the service. The store is a directory, or a bucket on the real server behind a port that
/// can be closed and a proxy that can hold requests.
/// </summary>
internal sealed class JobScene : IAsyncDisposable
{
    public const string Job = "job-1";
    public const string Manifest = $"videos/{Job}/manifest.json";

    /// <summary>Seconds of a lease: the next process starts within them on a busy machine too.</summary>
    public const int Lease = 15;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(90);

    private readonly TempDirectory _top = new();
    private readonly S3TestBucket? _bucket;

    private JobScene(S3TestBucket? bucket, FaultProxy? proxy)
    {
        (_bucket, Proxy) = (bucket, proxy);
        Relay = proxy is null ? null : new TcpRelay(proxy.Address);
        DataRoot = Directory.CreateDirectory(Path.Join(_top.FullPath, "data")).FullName;
        JobsRoot = Directory.CreateDirectory(Path.Join(_top.FullPath, "jobs")).FullName;
    }

    public FaultProxy? Proxy { get; }

    public TcpRelay? Relay { get; }

    public string Top => _top.FullPath;

    public string DataRoot { get; }

    public string JobsRoot { get; }

    public static async Task<JobScene> SetUpAsync(bool hasBucket)
    {
        var bucket = hasBucket ? await S3TestServer.CreateBucketAsync() : null;
        return new JobScene(bucket, bucket is null ? null : await FaultProxy.StartAsync(bucket.Options.Endpoint!));
    }

    /// <summary>The service in this process.</summary>
    public ApiFactory Start(params (string Name, string Value)[] settings) => new(DataRoot, [.. Settings(), .. settings]);

    /// <summary>The service as a process of its own.</summary>
    public ApiProcess StartProcess(params (string Name, string Value)[] settings) =>
        ApiProcess.Start(Top, [.. Settings(), ("DATA_ROOT", DataRoot), .. settings]);

    /// <summary>Writes a file of a workspace.</summary>
    public string Write(string path, byte[] content, string workspace = Job)
    {
        var full = Path.Join(JobsRoot, workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    /// <summary>Writes many files below <c>scenes/</c>, all different, of this many bytes each.</summary>
    public IReadOnlyList<string> WriteMany(int count, int size, string name = "scene")
    {
        var paths = Enumerable.Range(0, count).Select(index => $"scenes/{name}-{index:D4}.mp4").ToList();
        paths.ForEach(path => Write(path, RandomNumberGenerator.GetBytes(size)));
        return paths;
    }

    /// <summary>The hash of every file of a workspace, by its path.</summary>
    public Dictionary<string, string> Hashes(string workspace = Job)
    {
        var folder = new DirectoryInfo(Path.Join(JobsRoot, workspace));
        return folder.Exists
            ? folder.EnumerateFiles("*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(folder.FullName, file.FullName), file => StorageScene.HashOf(File.ReadAllBytes(file.FullName)))
            : [];
    }

    /// <summary>All that the store has of the job: keys, and uploads that were begun.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync() =>
        [.. (_bucket is null ? LocalKeys() : await _bucket.ContentsAsync()).Where(key => key.Contains($"videos/{Job}/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Puts other bytes under a key, past the service, and leaves all else that the store knows of the object as it was.</summary>
    public async Task CorruptAsync(string key)
    {
        if (_bucket is null)
        {
            var path = Path.Join(DataRoot, "storage", key);
            await File.WriteAllBytesAsync(path, Flip(await File.ReadAllBytesAsync(path)));
            return;
        }

        using var stored = await _bucket.Client.GetObjectAsync(_bucket.Name, key);
        using var bytes = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(bytes);
        var request = new PutObjectRequest
        {
            BucketName = _bucket.Name,
            Key = key,
            InputStream = new MemoryStream(Flip(bytes.ToArray())),
            ContentType = stored.Headers.ContentType,
            UseChunkEncoding = false,
        };
        foreach (var name in stored.Metadata.Keys)
        {
            request.Metadata[name] = stored.Metadata[name];
        }

        await _bucket.Client.PutObjectAsync(request);
    }

    /// <summary>The port to the store is closed as soon as so many calls that bring or fetch a file of the job have passed.</summary>
    public void CloseAfter(string method, int passed)
    {
        var calls = 0;
        Proxy!.Script = call =>
        {
            if (call.Method != method || !call.IsOfJobFile || Interlocked.Increment(ref calls) <= passed)
            {
                return call.PassOnAsync();
            }

            Relay!.Close();
            return call.HangAsync();
        };
    }

    /// <summary>A file of the stored set as the API returns it: at a URL that needs no key.</summary>
    public async Task<byte[]> FetchAsync(HttpClient client, string url)
    {
        using var anybody = new HttpClient(new SocketsHttpHandler());
        return await (_bucket is null ? client : anybody).GetByteArrayAsync(url);
    }

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string action, object? body = null) =>
        client.PostAsync($"/api/mv/jobs/{Job}/{action}", body is null ? null : JsonContent.Create(body));

    public static async Task<JsonElement> DoAsync(HttpClient client, string action, object? body = null) =>
        await (await PostAsync(client, action, body)).JsonAsync();

    public static async Task<JsonElement> GetAsync(HttpClient client, string what) => await (await client.GetAsync($"/api/mv/jobs/{Job}/{what}")).JsonAsync();

    /// <summary>The strings of a list, or the paths of its items.</summary>
    public static IReadOnlyList<string> Names(JsonElement response, string member) =>
        [.. response.GetProperty(member).EnumerateArray()
            .Select(item => item.ValueKind is JsonValueKind.String ? item.GetString()! : item.GetProperty("path").GetString()!)];

    /// <summary>Somebody else is at work: a 409 that says when to come again.</summary>
    /// <returns>When.</returns>
    public static async Task<TimeSpan> AssertBusyAsync(HttpResponseMessage response)
    {
        await response.ProblemAsync(409, "Conflict");
        var after = response.Headers.RetryAfter?.Delta;
        Assert.That(after, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(Lease)));
        return after!.Value;
    }

    /// <summary>Does it as soon as it may be done, again after the pause that a response names.</summary>
    public static async Task<JsonElement> InTurnAsync(HttpClient client, string action, object? body = null)
    {
        using var timeout = new CancellationTokenSource(s_timeout);
        while (true)
        {
            var response = await PostAsync(client, action, body);
            if (response.StatusCode is not HttpStatusCode.Conflict)
            {
                return await response.JsonAsync();
            }

            await Task.Delay(await AssertBusyAsync(response), timeout.Token);
        }
    }

    /// <summary>
    /// Verify finds the set whole, to the last byte; and neither in the store nor beside the workspaces is anything left of what was broken off.
    /// </summary>
    public async Task AssertWholeAndTidyAsync(HttpClient client)
    {
        var verified = await GetAsync(client, "assets/verify?depth=hash");
        Assert.That(verified.GetProperty("complete").GetBoolean(), Is.True, verified.GetRawText());
        Assert.That(Names(verified, "extra"), Is.Empty);
        Assert.That((await KeysAsync())
            .Where(key => key.Contains(".incoming/", StringComparison.Ordinal) || key.StartsWith("upload ", StringComparison.Ordinal)), Is.Empty);
        await Condition.UntilAsync(() => Task.FromResult(StagedFiles().Count == 0)); // swept beside serving
    }

    /// <summary>Temporary files of workspaces.</summary>
    public IReadOnlyList<string> StagedFiles() =>
        Path.Join(JobsRoot, ".staging") is var staging && Directory.Exists(staging) ? Directory.GetFiles(staging, "*", SearchOption.AllDirectories) : [];

    public async ValueTask DisposeAsync()
    {
        if (_bucket is not null)
        {
            await Relay!.DisposeAsync();
            await Proxy!.DisposeAsync();
            await _bucket.DisposeAsync();
        }

        _top.Dispose();
    }

    private static byte[] Flip(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }

    private IEnumerable<string> LocalKeys()
    {
        var root = Path.Join(DataRoot, "storage");
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path))
                .Where(key => key.StartsWith("videos/", StringComparison.Ordinal))
            : [];
    }

    private (string Name, string Value)[] Settings() =>
    [
        ("IMAGE_GENERATOR", "placeholder"),
        ("JOBS_ROOT", JobsRoot),
        ("JOB_LEASE", $"{Lease}"),
        .. _bucket is null ? [] : _bucket.Variables(Relay!.Address),
        ("S3_MAX_RETRIES", "1"),
        ("S3_MULTIPART_THRESHOLD", "5242880"),
        ("S3_PART_SIZE", "5242880"),
    ];
}
