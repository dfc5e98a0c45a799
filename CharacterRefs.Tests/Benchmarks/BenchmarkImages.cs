using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// Images on disk and in the catalog, a bucket, and the service's own parts that bring the ones into the other: put together as the service does it.
/// </summary>
internal sealed class BenchmarkImages : IAsyncDisposable
{
    private const int CopyBuffer = 128 * 1024;

    private readonly TempDirectory _root = new();
    private readonly S3TestBucket _bucket;
    private readonly ServiceProvider _services;
    private readonly List<CharacterReference> _references = [];

    private BenchmarkImages(S3TestBucket bucket)
    {
        _bucket = bucket;
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Join(AppContext.BaseDirectory, "appsettings.json"))
            .AddInMemoryCollection([.. BucketSettings.Of(bucket), new("DATA_ROOT", _root.FullPath)])
            .Build();
        _services = new ServiceCollection().AddCharacterRefs(configuration).BuildServiceProvider();
        Tool = new StorageTool(bucket.Options);
    }

    public StorageTool Tool { get; }

    /// <summary>Where the files lie.</summary>
    public string Files => Path.Join(_root.FullPath, "character_reference");

    public int Concurrency => _services.GetRequiredService<StorageSettings>().StoreConcurrency;

    private IUploadQueue Queue => _services.GetRequiredService<IUploadQueue>();

    private IReferenceCatalog Catalog => _services.GetRequiredService<IReferenceCatalog>();

    private IAssetStore Store => _services.GetRequiredService<IAssetStore>();

    public static async Task<BenchmarkImages> MakeAsync(int count, int length)
    {
        var images = new BenchmarkImages(await S3TestServer.CreateBucketAsync());
        await images._services.GetServices<IHostedService>().OfType<SqliteMigration>().Single().StartAsync(CancellationToken.None);
        await images._services.GetRequiredService<StorageProbe>()
            .RunAsync(CancellationToken.None); // by which the service gets to know the store when it starts
        Directory.CreateDirectory(images.Files);
        for (var i = 0; i < count; i++)
        {
            await images.AddAsync(RandomNumberGenerator.GetBytes(length));
        }

        return images;
    }

    /// <summary>A directory beside the images, empty.</summary>
    public string NewDirectory(string name)
    {
        var path = Path.Join(_root.FullPath, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return Directory.CreateDirectory(path).FullName;
    }

    /// <summary>Lets the service's worker find the orders in the catalog and work them off, until the last copy is verified and recorded.</summary>
    public async Task<TimeSpan> StoreByWorkerAsync()
    {
        foreach (var reference in _references)
        {
            await Queue.RecordAsync(reference.Id, null, reference.RemoteCopy!, CancellationToken.None);
        }

        var worker = _services.GetServices<IHostedService>().OfType<UploadWorker>().Single();
        var started = Stopwatch.GetTimestamp();
        await Task.Run(
            () => worker.StartAsync(CancellationToken.None)); // outside the test framework's own context, which would take every step through a queue
        while (await Queue.FindNextDueAsync(CancellationToken.None) is not null)
        {
            await Task.Delay(5); // not a growing pause: up to one pause is part of the measured time
        }

        var time = Stopwatch.GetElapsedTime(started);
        await worker.StopAsync(CancellationToken.None);
        var rows = await Catalog.FindManyAsync([.. _references.Select(reference => reference.Id)], CancellationToken.None);
        Assert.That(rows.Values.Count(row => row.RemoteCopy!.State == RemoteCopyState.Persisted), Is.EqualTo(_references.Count));
        return time;
    }

    /// <summary>Reads every image from the bucket into a file, as many at once as are stored at once, and compares its hash.</summary>
    public async Task<TimeSpan> ReadAsync(string directory)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.Run(() => Parallel.ForEachAsync(
            _references, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (reference, token) => await ReadAsync(
                reference, directory, token)));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Empties the bucket.</summary>
    public async Task ClearAsync()
    {
        foreach (var key in await _bucket.ContentsAsync())
        {
            await _bucket.Client.DeleteObjectAsync(_bucket.Name, key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _bucket.DisposeAsync();
        _root.Dispose();
    }

    private async Task AddAsync(byte[] bytes)
    {
        var image = AReference.Uploaded() with { SizeBytes = bytes.Length, Sha256 = ContentHash.FromDigest(SHA256.HashData(bytes)) };
        var reference = image with { RemoteCopy = UploadIntake.Create(image, TimeProvider.System.GetUtcNow()) };
        await File.WriteAllBytesAsync(Path.Join(Files, $"{reference.Id}.{reference.Format.Extension}"), bytes);
        await Catalog.AddAsync(reference, CancellationToken.None);
        _references.Add(reference);
    }

    private async Task ReadAsync(CharacterReference reference, string directory, CancellationToken cancellationToken)
    {
        await using var asset = await Store.OpenReadAsync(reference.RemoteCopy!.Key, null, cancellationToken)
            ?? throw new InvalidOperationException($"{reference.RemoteCopy.Key} is not in the bucket.");
        await using var file = new FileStream(
            Path.Join(directory, reference.Id.ToString()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        for (int read; (read = await asset.Content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        Assert.That(ContentHash.FromDigest(hash.GetHashAndReset()), Is.EqualTo(reference.Sha256));
    }
}
