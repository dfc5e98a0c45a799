using System.Text;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>The use cases that read stored sets, over a real store, directories of workspaces and a memory of a test.</summary>
internal sealed class StoredSetScene : IDisposable
{
    private readonly TempDirectory _root = new();

    /// <param name="concurrency">Files at once; 1 makes the order of calls certain.</param>
    /// <param name="store">Where sets are; <c>null</c> = a directory of its own.</param>
    /// <param name="clock">What paces the progress in the log; <c>null</c> = the real one.</param>
    public StoredSetScene(int concurrency = 4, IAssetStore? store = null, TimeProvider? clock = null)
    {
        Store = new InterruptedStore(store ?? new LocalAssetStore(new DataRootOptions { Path = _root.FullPath }));
        Workspaces = new DirectoryWorkspaces(Path.Join(_root.FullPath, "jobs"));
        var settings = new JobSettings { BackupLimit = 1, Concurrency = concurrency, Lease = TimeSpan.FromSeconds(30) };
        var storage = StorageSettings.Read(TestSettings.Of());
        var log = new CapturedLog();
        Log = log.Lines;
        var logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        Signer.Sign(default!, default).ReturnsForAnyArgs(call => new PresignedUrl($"https://signed/{call.Arg<AssetKey>()}?secret", AJobAsset.Noon));
        Leases.TryTakeAsync(default, default, default, default).ReturnsForAnyArgs((DateTimeOffset?)null);
        MediaTypes.Of(default!).ReturnsForAnyArgs("video/mp4");
        var digester = new ShaDigester();
        var locks = new JobLocks(Leases, settings, TimeProvider.System, logging.CreateLogger<JobLocks>());
        var transfers = new SetTransfers(settings, clock ?? TimeProvider.System);
        Manifests = new ManifestStore(Store);
        Sets = new SetReader(Store, Manifests, MediaTypes);
        var inspection = new SetInspection(Store, Manifests, transfers, digester, logging.CreateLogger<SetInspection>());
        Download = new DownloadJobAssetsHandler(
            Workspaces, Sets, transfers, Store, Memory, digester, locks, TimeProvider.System, logging.CreateLogger<DownloadJobAssetsHandler>());
        List = new ListJobAssetsHandler(Sets, Signer, storage);
        Verify = new VerifyJobAssetsHandler(inspection);
        Repair = new RepairJobAssetsHandler(Workspaces, inspection, transfers, Store, digester, locks, logging.CreateLogger<RepairJobAssetsHandler>());
        Delete = new DeleteJobHandler(Store, Catalog, Workspaces, Memory, locks, settings, logging.CreateLogger<DeleteJobHandler>());
    }

    public InterruptedStore Store { get; }

    public DirectoryWorkspaces Workspaces { get; }

    public DirectoryWorkspace Workspace => Workspaces.Of(AJobAsset.Job.ToString());

    public RecalledDigests Memory { get; } = new();

    public IJobLeases Leases { get; } = Substitute.For<IJobLeases>();

    public IJobCatalog Catalog { get; } = Substitute.For<IJobCatalog>();

    public IAssetUrlSigner Signer { get; } = Substitute.For<IAssetUrlSigner>();

    public IMediaTypes MediaTypes { get; } = Substitute.For<IMediaTypes>();

    public ManifestStore Manifests { get; }

    public SetReader Sets { get; }

    public DownloadJobAssetsHandler Download { get; }

    public ListJobAssetsHandler List { get; }

    public VerifyJobAssetsHandler Verify { get; }

    public RepairJobAssetsHandler Repair { get; }

    public DeleteJobHandler Delete { get; }

    public IReadOnlyCollection<string> Log { get; }

    /// <summary>Where a key's bytes lie, for harm that no use case does.</summary>
    public string FileOf(string name) => Path.Join(_root.FullPath, "storage", name);

    /// <summary>Puts an object into the store behind its back: no hash is kept with it.</summary>
    public void PutForeign(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(name))!);
        File.WriteAllBytes(FileOf(name), content);
    }

    /// <summary>Different bytes for different texts, of a length that differs too.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes($"the bytes of {text}");

    /// <summary>Stores files without a manifest.</summary>
    public async Task<IReadOnlyList<JobAsset>> StoreAsync(params IEnumerable<string> paths)
    {
        var assets = new List<JobAsset>();
        foreach (var path in paths)
        {
            var content = AssetContent.FromBytes(Bytes(path), "video/mp4");
            var asset = AJobAsset.At(path) with { SizeBytes = content.Length, Sha256 = content.Sha256, Crc32 = ShaDigester.Crc32 };
            await Store.SaveAsync(asset.Key, content, default);
            assets.Add(asset);
        }

        return assets;
    }

    /// <summary>Stores a complete set.</summary>
    public async Task<JobManifest> CommitAsync(params IEnumerable<string> paths)
    {
        var manifest = new JobManifest(AJobAsset.Job, AJobAsset.Noon, await StoreAsync(paths), []);
        await Manifests.WriteAsync(manifest, default);
        Store.Reset();
        return manifest;
    }

    /// <summary>Changes one byte of what is stored, as a bad disk does.</summary>
    public void Damage(string path)
    {
        var file = FileOf(AssetLayout.JobAsset(AJobAsset.Job, AJobAsset.PathOf(path)).Value);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public Task<Result<DownloadedJobAssets>> TryDownloadAsync(string? basePath = null) => Download.HandleAsync(new DownloadJobAssetsCommand(AJobAsset.Job, basePath), default);

    public async Task<DownloadedJobAssets> DownloadAsync(string? basePath = null) => ValueOf(await TryDownloadAsync(basePath));

    public Task<Result<RepairedJobAssets>> TryRepairAsync(string? basePath = null) => Repair.HandleAsync(new RepairJobAssetsCommand(AJobAsset.Job, basePath), default);

    public async Task<RepairedJobAssets> RepairAsync() => ValueOf(await TryRepairAsync());

    public async Task<VerifiedJobAssets> VerifyAsync(VerifyDepth depth = VerifyDepth.Hash) => ValueOf(await Verify.HandleAsync(AJobAsset.Job, depth, default));

    /// <summary>Expects that exactly these files are in the workspace, with the bytes that were stored.</summary>
    public void AssertRestored(params IEnumerable<string> paths) =>
        Assert.That(Workspace.Contents(), Is.EquivalentTo(paths.ToDictionary(path => path, Bytes)));

    public void Dispose() => _root.Dispose();

    private static T ValueOf<T>(Result<T> result)
    {
        Assert.That(result.Error, Is.Null);
        return result.Value!;
    }
}
