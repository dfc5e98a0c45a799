using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>
/// A bucket on the real server, a proxy in front that can fail, a data directory that outlives the service, and what was promised to clients.
/// </summary>
internal sealed class StorageScene : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly S3TestBucket _bucket;
    private readonly TempDirectory _root = new();

    private StorageScene(S3TestBucket bucket, FaultProxy proxy, S3TestGateway? gateway) => (_bucket, Proxy, Gateway) = (bucket, proxy, gateway);

    public FaultProxy Proxy { get; }

    /// <summary>The server behind the proxy, when the scene has one of its own.</summary>
    public S3TestGateway? Gateway { get; }

    public string Root => _root.FullPath;

    /// <summary>Id and hash of every image that was answered with 200.</summary>
    public Dictionary<string, string> Answered { get; } = [];

    public S3TestBucket Bucket => _bucket;

    /// <summary>How long all images may take to be stored.</summary>
    public TimeSpan StorePatience { get; set; } = s_patience;

    private (string Name, string Value)[] Settings =>
    [
        ("IMAGE_GENERATOR", "placeholder"),
        ("STORAGE_BACKEND", "s3"),
        ("SERVE_FROM_CLOUD", "true"),
        ("STORAGE_BUCKET", _bucket.Name),
        ("S3_ENDPOINT", Proxy.Address.OriginalString),
        ("AWS_ACCESS_KEY_ID", _bucket.Options.AccessKeyId!.Reveal()),
        ("AWS_SECRET_ACCESS_KEY", _bucket.Options.SecretAccessKey!.Reveal()),
        ("S3_PROBE_INTERVAL", "1"),
    ];

    /// <summary>Sets it up, over the server that all share or over a gateway of its own.</summary>
    public static async Task<StorageScene> SetUpAsync(S3TestGateway? gateway = null)
    {
        var bucket = await S3TestServer.CreateBucketAsync();
        return new StorageScene(bucket, await FaultProxy.StartAsync(gateway?.Address ?? bucket.Options.Endpoint!), gateway);
    }

    /// <summary>The service in this process.</summary>
    public ApiFactory Start(params (string Name, string Value)[] settings) => new(Root, [.. Settings, .. settings]);

    /// <summary>The service as a process of its own.</summary>
    public ApiProcess StartProcess(params (string Name, string Value)[] settings) => ApiProcess.Start(Root, [.. Settings, .. settings]);

    /// <summary>Uploads an image and notes what was promised.</summary>
    public async Task<JsonElement> UploadAsync(HttpClient client, byte[] image)
    {
        var answer = await (await client.UploadAsync(image)).JsonAsync();
        Assert.That(answer.GetProperty("sha256").GetString(), Is.EqualTo(HashOf(image)));
        Answered[answer.GetProperty("image_id").GetString()!] = HashOf(image);
        return answer;
    }

    /// <summary>Generates one image and notes what was promised.</summary>
    public async Task<JsonElement> GenerateAsync(HttpClient client)
    {
        var answer = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, include_base64 = false })).JsonAsync();
        var image = answer.GetProperty("images")[0];
        Answered[image.GetProperty("id").GetString()!] = image.GetProperty("sha256").GetString()!;
        return image;
    }

    /// <summary>The copy in the bucket, as the record tells of it.</summary>
    public static async Task<JsonElement> CopyAsync(HttpClient client, string id) =>
        (await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync()).GetProperty("copies").GetProperty("cloud");

    /// <summary>Every row of the list, by id.</summary>
    public static async Task<Dictionary<string, JsonElement>> ListAsync(HttpClient client)
    {
        var rows = new Dictionary<string, JsonElement>();
        var cursor = "";
        do
        {
            var page = await (await client.GetAsync($"/api/mv/character_references?limit=100{cursor}")).JsonAsync();
            foreach (var row in page.GetProperty("items").EnumerateArray())
            {
                rows.Add(row.GetProperty("id").GetString()!, row);
            }

            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : "";
        }
        while (cursor.Length > 0);
        return rows;
    }

    /// <summary>
    /// Waits until every image is stored, then holds list, bucket and local files against each other and against what was promised: each image once
    /// everywhere, with the same hash, and nothing else in the bucket.
    /// </summary>
    /// <param name="client">To the service.</param>
    /// <param name="dataRoot">Where the service keeps its files when not below <see cref="Root"/>.</param>
    /// <returns>Ids and hashes of the images that nobody was told of.</returns>
    public async Task<Dictionary<string, string>> AssertNothingIsLostAsync(HttpClient client, string? dataRoot = null)
    {
        Dictionary<string, JsonElement> rows = [];
        await UntilAsync(
            async () => (rows = await ListAsync(client)).Keys.ToHashSet().IsSupersetOf(Answered.Keys) && rows.Values.All(IsStored), StorePatience);

        var contents = await _bucket.ContentsAsync();
        var hashes = rows.ToDictionary(row => row.Key, row => row.Value.GetProperty("sha256").GetString()!);
        Assert.That(
            contents,
            Is.EquivalentTo(rows.Values.Select(row => $"character_references/{row.GetProperty("id").GetString()}.{row.GetProperty("format").GetString()}")));
        Assert.That(hashes, Is.SupersetOf(Answered));
        foreach (var key in contents)
        {
            var name = Path.GetFileName(key);
            using var stored = await _bucket.Client.GetObjectAsync(_bucket.Name, key);
            var local = Directory.GetFiles(dataRoot ?? Root, name, SearchOption.AllDirectories).Single();
            var expected = hashes[Path.GetFileNameWithoutExtension(name)];
            Assert.That(Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.ResponseStream)), Is.EqualTo(expected), key);
            Assert.That(HashOf(await File.ReadAllBytesAsync(local)), Is.EqualTo(expected), local);
        }

        return hashes.Where(row => !Answered.ContainsKey(row.Key)).ToDictionary();
    }

    private static bool IsStored(JsonElement row) =>
        row.GetProperty("copies").GetProperty("cloud") is { ValueKind: JsonValueKind.Object } copy && copy.GetProperty("state").GetString() == "stored";

    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Waits for a condition.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? s_patience);
        while (!await condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        await _bucket.DisposeAsync();
        _root.Dispose();
    }
}
