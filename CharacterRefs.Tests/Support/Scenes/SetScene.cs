using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Jobs.DissociateReference;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Jobs.ListJobs;
using CharacterRefs.Application.Jobs.Metadata;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.RemoveJobAsset;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.Uploads;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support.Doubles;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The use cases of a job's set over a store with faults, scripted workspaces, and digests and leases in memory.</summary>
internal sealed class SetScene : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly ReferenceScene _images = new();

    /// <param name="limit">Versions kept.</param>
    /// <param name="concurrency">Files at once; 1 makes the order of calls certain.</param>
    /// <param name="store">Where sets are; <c>null</c> = a directory of its own.</param>
    /// <param name="jobs">The directory of the workspaces; <c>null</c> = one of its own.</param>
    /// <param name="clock">Paces the progress in the log; <c>null</c> = the real one.</param>
    public SetScene(int limit = 1, int concurrency = 4, IAssetStore? store = null, string? jobs = null, TimeProvider? clock = null)
    {
        var log = new CapturedLog();
        Log = log.Lines;
        Store = new FaultInjectingStore(store ?? new LocalAssetStore(new DataRootOptions { Path = _root.FullPath }));
        Workspaces = new ScriptedJobsRoot(jobs ?? Path.Join(_root.FullPath, "jobs"));
        var logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        Signer.Sign(default!, default).ReturnsForAnyArgs(call => new PresignedUrl($"https://signed/{call.Arg<AssetKey>()}?secret", AJobAsset.Noon));
        Catalog.ListReferencesAsync(default, default).ReturnsForAnyArgs([]);
        var settings = new JobSettings { BackupLimit = limit, Concurrency = concurrency, Lease = TimeSpan.FromSeconds(30), MaxFileBytes = 1 << 20 };
        var (digester, mediaTypes, time, pace) = (new ContentDigester(), new MediaTypes(), TimeProvider.System, clock ?? TimeProvider.System);
        Locks = new JobLocks(Leases, settings, new LeaseMeter(new TestMeters()), time, logging.CreateLogger<JobLocks>());
        var workspaces = new LockedWorkspaces(Workspaces, Locks);
        var urls = new JobUrlSigner(Signer, StorageSettings.Read(TestSettings.Of()));
        var transfers = new SetTransfers(settings, pace);
        var activities = new JobActivities(Events, pace);
        var digests = new WorkspaceDigests(Memory, digester, logging.CreateLogger<WorkspaceDigests>());
        Manifests = new ManifestStore(Store);
        var objects = new JobObjects(Store, digester, mediaTypes, settings, time);
        var adoption = new JobImageAdoption(
            Store, _images.Orphans, _images.Lookup, _images.Catalog, Catalog, _images.Storage, logging.CreateLogger<JobImageAdoption>());
        Sets = new SetReader(Manifests, objects, mediaTypes, adoption);
        var moves = new SetMoves(Store, Manifests, digester, settings, logging.CreateLogger<SetMoves>());
        var writer = new SetWriter(Manifests, moves, objects, settings, time, logging.CreateLogger<SetWriter>());
        var files = new SetFileWriter(Store, mediaTypes, objects, settings, time);
        var uploader = new WorkspaceUploader(files, transfers, pace, logging.CreateLogger<WorkspaceUploader>());
        var inspection = new SetInspection(Store, Manifests, transfers, digester, logging.CreateLogger<SetInspection>());
        Persist = new PersistJobAssetsHandler(
            workspaces, digests, uploader, writer, Catalog, urls, new PersistReport(Webhooks, activities, pace, logging.CreateLogger<PersistReport>()));
        Download = new DownloadJobAssetsHandler(workspaces, Sets, transfers, Store, digests, activities, logging.CreateLogger<DownloadJobAssetsHandler>());
        Verify = new VerifyJobAssetsHandler(inspection, activities);
        Repair = new RepairJobAssetsHandler(workspaces, inspection, transfers, Store, digester, activities, logging.CreateLogger<RepairJobAssetsHandler>());
        Backup = new BackupJobAssetHandler(writer, Locks, urls, settings);
        List = new ListJobAssetsHandler(Sets, urls);
        ListReferences = new ListJobReferencesHandler(
            Catalog, Workspaces, objects, adoption, urls, logging.CreateLogger<ListJobReferencesHandler>());
        Dissociate = new DissociateReferenceHandler(Locks, Catalog, Workspaces, Manifests, Store, time);
        Archive = new ArchiveJobHandler(Manifests, objects, Store, new ArchiveFiles(Store));
        var reader = new JobFileReader(digests, mediaTypes);
        FindMetadata = new FindJobMetadataHandler(Manifests, Store, Workspaces, reader);
        FindFile = new FindJobFileHandler(Workspaces, reader);
        ReplaceFile = new ReplaceJobFileHandler(Workspaces, settings, time);
        RemoveFile = new DeleteJobFileHandler(Workspaces);
        PresignUploads = new PresignUploadsHandler(Manifests, Store, UploadSigner, StorageSettings.Read(TestSettings.Of()));
        CommitUploads = new CommitUploadsHandler(writer, files, transfers, Store, digester, Locks, activities);
        ReplaceMetadata = new ReplaceJobMetadataHandler(workspaces, writer, files, objects, digester, time);
        ListJobs = new ListJobsHandler(Catalog, Workspaces, Store, Manifests, Sets, settings);
        Remove = new RemoveJobAssetHandler(writer, Catalog, Locks);
        Delete = new DeleteJobHandler(Store, Catalog, Workspaces, Memory, Locks, settings, logging.CreateLogger<DeleteJobHandler>());
    }

    public FaultInjectingStore Store { get; }

    public ScriptedJobsRoot Workspaces { get; }

    public ScriptedWorkspace Workspace => Workspaces.Of(AJobAsset.Job.ToString());

    public JobLocks Locks { get; }

    public MemoryDigests Memory { get; } = new();

    public MemoryLeases Leases { get; } = new();

    public IJobCatalog Catalog { get; } = Substitute.For<IJobCatalog>();

    public EventLog Events { get; } = new(TimeProvider.System, new SingleNode(), new NoSignals());

    public IWebhookOutbox Webhooks { get; } = Substitute.For<IWebhookOutbox>();

    public IAssetUrlSigner Signer { get; } = Substitute.For<IAssetUrlSigner>();

    public ManifestStore Manifests { get; }

    public SetReader Sets { get; }

    public PersistJobAssetsHandler Persist { get; }

    public DownloadJobAssetsHandler Download { get; }

    public VerifyJobAssetsHandler Verify { get; }

    public RepairJobAssetsHandler Repair { get; }

    public BackupJobAssetHandler Backup { get; }

    public ListJobAssetsHandler List { get; }

    public ListJobReferencesHandler ListReferences { get; }

    public DissociateReferenceHandler Dissociate { get; }

    public ArchiveJobHandler Archive { get; }

    public FindJobMetadataHandler FindMetadata { get; }

    public FindJobFileHandler FindFile { get; }

    public ReplaceJobFileHandler ReplaceFile { get; }

    public DeleteJobFileHandler RemoveFile { get; }

    public IUploadUrlSigner UploadSigner { get; } = Substitute.For<IUploadUrlSigner>();

    public PresignUploadsHandler PresignUploads { get; }

    public CommitUploadsHandler CommitUploads { get; }

    public ReplaceJobMetadataHandler ReplaceMetadata { get; }

    public ListJobsHandler ListJobs { get; }

    public RemoveJobAssetHandler Remove { get; }

    public DeleteJobHandler Delete { get; }

    public IReadOnlyCollection<string> Log { get; }

    /// <summary>Different bytes for different texts, of different lengths.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes($"the bytes of {text}");

    public Task<Result<PersistedJobAssets>> TryPersistAsync(string? basePath = null) =>
        Persist.HandleAsync(new PersistJobAssetsCommand(AJobAsset.Job, basePath), default);

    public async Task<PersistedJobAssets> PersistAsync() => ValueOf(await TryPersistAsync());

    public Task<Result<JobAssetBackup>> BackupAsync(string path) =>
        Backup.HandleAsync(new BackupJobAssetCommand(AJobAsset.Job, AJobAsset.PathOf(path)), default);

    public Task<Result<DownloadedJobAssets>> TryDownloadAsync(string? basePath = null) =>
        Download.HandleAsync(new DownloadJobAssetsCommand(AJobAsset.Job, basePath), default);

    public async Task<DownloadedJobAssets> DownloadAsync(string? basePath = null) => ValueOf(await TryDownloadAsync(basePath));

    public Task<Result<RepairedJobAssets>> TryRepairAsync(string? basePath = null) =>
        Repair.HandleAsync(new RepairJobAssetsCommand(AJobAsset.Job, basePath), default);

    public async Task<RepairedJobAssets> RepairAsync() => ValueOf(await TryRepairAsync());

    public async Task<VerifiedJobAssets> VerifyAsync(VerifyDepth depth = VerifyDepth.Hash) => ValueOf(await Verify.HandleAsync(AJobAsset.Job, depth, default));

    /// <summary>Another request holds the job's lease from now on.</summary>
    public Task HoldLeaseAsync() => Leases.TryTakeAsync(AJobAsset.Job, Guid.NewGuid(), TimeProvider.System.GetUtcNow().AddSeconds(20), default);

    /// <summary>Saves files in the store without a manifest.</summary>
    public async Task<IReadOnlyList<JobAsset>> StoreAsync(params IEnumerable<string> paths)
    {
        var assets = new List<JobAsset>();
        foreach (var path in paths)
        {
            assets.Add(AJobSet.Asset(path, Bytes(path)));
            await Store.SaveAsync(assets[^1].Key, AssetContent.FromBytes(Bytes(path), assets[^1].MediaType), default);
        }

        return assets;
    }

    /// <summary>Saves a complete set in the store and forgets the calls.</summary>
    public async Task<JobManifest> CommitAsync(params IEnumerable<string> paths)
    {
        var manifest = new JobManifest(AJobAsset.Job, AJobAsset.Noon, await StoreAsync(paths), []);
        await Manifests.WriteAsync(manifest, default);
        Store.Reset();
        return manifest;
    }

    /// <summary>Replaces a text in the manifest, as another program does.</summary>
    public async Task RewriteManifestAsync(string old, string text)
    {
        var key = AssetLayout.JobManifest(AJobAsset.Job);
        var changed = (await TextAsync(key))!.Replace(old, text, StringComparison.Ordinal);
        await Store.ReplaceAsync(key, AssetContent.FromBytes(Encoding.UTF8.GetBytes(changed), "application/json"), default);
        Store.Reset();
    }

    /// <summary>The file of a key in the store's own directory, for damage that no use case does.</summary>
    public string FileOf(string key) => Path.Join(_root.FullPath, "storage", key);

    /// <summary>Writes an object past the store: it has no hash.</summary>
    public void PutForeign(string key, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(key))!);
        File.WriteAllBytes(FileOf(key), content);
    }

    /// <summary>Changes one byte in the store, as a bad disk does.</summary>
    public void Damage(string path)
    {
        var file = FileOf(AssetLayout.JobAsset(AJobAsset.Job, AJobAsset.PathOf(path)).Value);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>The current manifest; <c>null</c> without one.</summary>
    public async Task<JobManifest?> ManifestAsync() => (await Manifests.FindAsync(AJobAsset.Job, default)).Value;

    /// <summary>Numbers of the kept versions of a file.</summary>
    public async Task<int[]> VersionsAsync(string path) =>
        [.. (await ManifestAsync())!.Versions.Where(version => version.Of.Value == path).Select(version => version.Number).Order()];

    /// <summary>The text at a key; <c>null</c> without one.</summary>
    public async Task<string?> TextAsync(AssetKey key)
    {
        await using var asset = await Store.OpenReadAsync(key, null, default);
        using var reader = asset is null ? null : new StreamReader(asset.Content);
        return reader is null ? null : await reader.ReadToEndAsync();
    }

    /// <summary>The text of every file of the manifest, by path. Fails when one does not match the manifest.</summary>
    public async Task<Dictionary<string, string>> ReadSetAsync()
    {
        var read = new Dictionary<string, string>();
        foreach (var file in (await ManifestAsync())?.Files ?? [])
        {
            var text = await TextAsync(file.Key);
            Assert.That(text, Is.Not.Null, $"{file.Path} at {file.Key}");
            var bytes = Encoding.UTF8.GetBytes(text!);
            Assert.That(ContentHash.FromDigest(SHA256.HashData(bytes)), Is.EqualTo(file.Sha256), file.Path.Value);
            Assert.That(bytes, Has.Length.EqualTo(file.SizeBytes));
            read[file.Path.Value] = text!;
        }

        return read;
    }

    /// <summary>Expects every entry of the manifest in place with its media type, and nothing else in the store.</summary>
    public async Task AssertTidyAsync()
    {
        var manifest = (await ManifestAsync())!;
        var assets = manifest.Files.Concat(manifest.Versions.Select(version => version.Asset)).ToList();
        Assert.That(assets, Is.All.Matches<JobAsset>(asset => asset!.Key == AssetLayout.JobAsset(AJobAsset.Job, asset.Path)));
        Assert.That(manifest.Leftovers, Is.Empty);
        foreach (var asset in assets)
        {
            var found = await Store.FindAsync(asset.Key, default);
            Assert.That((found?.Length, found?.Sha256, found?.MediaType), Is.EqualTo(
                ((long?)asset.SizeBytes, (ContentHash?)asset.Sha256, asset.MediaType)), asset.Path.Value);
        }

        var keys = await Store.ListAsync(AssetLayout.Job(AJobAsset.Job), default).Select(entry => entry.Key).ToListAsync();
        Assert.That(keys, Is.EquivalentTo(assets.Select(asset => asset.Key).Append(AssetLayout.JobManifest(AJobAsset.Job))));
    }

    /// <summary>Expects exactly these files in the workspace, with the bytes of the store.</summary>
    public void AssertRestored(params IEnumerable<string> paths) => Assert.That(Workspace.Contents(), Is.EquivalentTo(paths.ToDictionary(path => path, Bytes)));

    public void Dispose()
    {
        Locks.Dispose();
        _root.Dispose();
    }

    private static T ValueOf<T>(Result<T> result)
    {
        Assert.That(result.Error, Is.Null);
        return result.Value!;
    }
}
