using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>A bucket behind a proxy that injects faults, and a record of what clients were promised.</summary>
internal sealed class StorageScene : BucketScene
{
    private StorageScene(S3TestBucket bucket, FaultProxy proxy, S3TestGateway? gateway)
        : base(bucket) => (Proxy, Gateway) = (proxy, gateway);

    public FaultProxy Proxy { get; }

    /// <summary>The server behind the proxy, when the scene has one of its own.</summary>
    public S3TestGateway? Gateway { get; }

    /// <summary>Id and hash of every image that a response with status 200 returned.</summary>
    public Dictionary<string, string> Returned { get; } = [];

    /// <summary>How long it may take until all images are stored; 60 s when <c>null</c>.</summary>
    public TimeSpan? StoreTimeout { get; set; }

    protected override Uri Endpoint => Proxy.Address;

    /// <summary>Over the server that all tests share, or over a gateway of its own.</summary>
    public static async Task<StorageScene> SetUpAsync(S3TestGateway? gateway = null)
    {
        var bucket = await S3TestServer.CreateBucketAsync();
        return new StorageScene(bucket, await FaultProxy.StartAsync(gateway?.Address ?? bucket.Options.Endpoint!), gateway);
    }

    /// <summary>Uploads an image and records what was promised.</summary>
    public async Task<JsonElement> UploadAsync(HttpClient client, byte[] image)
    {
        var response = await (await client.UploadAsync(image)).JsonAsync();
        Assert.That(response.GetProperty("sha256").GetString(), Is.EqualTo(HashOf(image)));
        Returned[response.GetProperty("image_id").GetString()!] = HashOf(image);
        return response;
    }

    /// <summary>Generates one image and records what was promised.</summary>
    public async Task<JsonElement> GenerateAsync(HttpClient client)
    {
        var response = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, include_base64 = false })).JsonAsync();
        var image = response.GetProperty("images")[0];
        Returned[image.GetProperty("id").GetString()!] = image.GetProperty("sha256").GetString()!;
        return image;
    }

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
    /// Waits until every image is stored, then compares list, bucket and local files with each other and with what was promised: each image exists once
    /// everywhere, with the same hash, and nothing else in the bucket.
    /// </summary>
    /// <param name="client">Client of the service.</param>
    /// <param name="dataRoot">Data directory of the service when it is not <see cref="BucketScene.Root"/>.</param>
    /// <returns>Ids and hashes of the images whose response was lost.</returns>
    public async Task<Dictionary<string, string>> AssertNothingIsLostAsync(HttpClient client, string? dataRoot = null)
    {
        Dictionary<string, JsonElement> rows = [];
        await Condition.UntilAsync(
            async () => (rows = await ListAsync(client)).Keys.ToHashSet().IsSupersetOf(Returned.Keys) && rows.Values.All(IsStored), StoreTimeout);

        // A process that is killed during the probe of its start leaves the object of that probe.
        var contents = (await Bucket.ContentsAsync()).Where(key => !key.StartsWith("probes/", StringComparison.Ordinal)).ToList();
        var hashes = rows.ToDictionary(row => row.Key, row => row.Value.GetProperty("sha256").GetString()!);
        Assert.That(
            contents,
            Is.EquivalentTo(rows.Values.Select(row => $"character_references/{row.GetProperty("id").GetString()}.{row.GetProperty("format").GetString()}")));
        Assert.That(hashes, Is.SupersetOf(Returned));
        foreach (var key in contents)
        {
            var name = Path.GetFileName(key);
            using var stored = await Bucket.Client.GetObjectAsync(Bucket.Name, key);
            var local = Directory.GetFiles(dataRoot ?? Root, name, SearchOption.AllDirectories).Single();
            var expected = hashes[Path.GetFileNameWithoutExtension(name)];
            Assert.That(Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.ResponseStream)), Is.EqualTo(expected), key);
            Assert.That(HashOf(await File.ReadAllBytesAsync(local)), Is.EqualTo(expected), local);
        }

        return hashes.Where(row => !Returned.ContainsKey(row.Key)).ToDictionary();
    }

    private static bool IsStored(JsonElement row) =>
        row.GetProperty("copies").GetProperty("cloud") is { ValueKind: JsonValueKind.Object } copy && copy.GetProperty("state").GetString() == "stored";

    public override async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
