using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>Base of the scenes with a bucket on the real server, and a data directory that outlives the service.</summary>
internal abstract class BucketScene(S3TestBucket bucket) : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _root = new();

    public S3TestBucket Bucket => bucket;

    public string Root => _root.FullPath;

    /// <summary>Where the service finds the bucket.</summary>
    protected abstract Uri Endpoint { get; }

    private (string Name, string Value)[] Variables => [.. bucket.Variables(Endpoint), ("SERVE_FROM_CLOUD", "true")];

    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static bool IsReachable(ApiFactory api) => api.Services.GetRequiredService<IStoreReachability>().IsReachable;

    /// <summary>The full record of an image.</summary>
    public static async Task<JsonElement> RecordAsync(HttpClient client, string? id) =>
        await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();

    /// <summary>The copy in the bucket, by the record of the image.</summary>
    public static async Task<JsonElement> CopyAsync(HttpClient client, string id) =>
        (await RecordAsync(client, id)).GetProperty("copies").GetProperty("cloud");

    /// <summary>The service in this process.</summary>
    public ApiFactory Start(params (string Name, string Value)[] settings) => new(Root, [.. Variables, .. settings]);

    /// <summary>The service as a process of its own.</summary>
    public ApiProcess StartProcess(params (string Name, string Value)[] settings) => ApiProcess.Start(Root, [.. Variables, .. settings]);

    public virtual async ValueTask DisposeAsync()
    {
        await bucket.DisposeAsync();
        _root.Dispose();
        GC.SuppressFinalize(this);
    }
}
