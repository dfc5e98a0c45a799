using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.Metadata;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Sets;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The use cases of sets over a store, a directory of workspaces and a memory that outlive each of them, as a disk outlives a process.</summary>
internal sealed class SetScene
{
    /// <param name="store">Where sets are stored.</param>
    /// <param name="workspaces">Where jobs are worked on.</param>
    /// <param name="memory">What is remembered.</param>
    /// <param name="limit">Versions kept.</param>
    /// <param name="concurrency">Files at once.</param>
    /// <param name="clock">What paces the progress of a persist in the log; <c>null</c> = the real one.</param>
    public SetScene(IAssetStore store, ScriptedJobsRoot workspaces, MemoryDigests memory, int limit = 1, int concurrency = 4, TimeProvider? clock = null)
    {
        var log = new CapturedLog();
        Log = log.Lines;
        Store = new FaultInjectingStore(store);
        Workspace = workspaces.Of(AJobAsset.Job.ToString());
        var settings = new JobSettings { BackupLimit = limit, Concurrency = concurrency, Lease = TimeSpan.FromSeconds(30) };
        var logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var signer = Substitute.For<IAssetUrlSigner>();
        signer.Sign(default!, default).ReturnsForAnyArgs(call => new PresignedUrl($"https://signed/{call.Arg<AssetKey>()}?secret", AJobAsset.Noon));
        var mediaTypes = Substitute.For<IMediaTypes>();
        mediaTypes.Of(default!).ReturnsForAnyArgs(call => $"x/{Path.GetExtension(call.Arg<string>()).TrimStart('.')}");
        var digester = new PlainDigester();
        Manifests = new ManifestStore(Store);
        var locks = new JobLocks(Leases, settings, TimeProvider.System, logging.CreateLogger<JobLocks>());
        var moves = new SetMoves(Store, Manifests, digester, settings, logging.CreateLogger<SetMoves>());
        var sets = new SetWriter(Store, Manifests, moves, digester, mediaTypes, settings, TimeProvider.System, logging.CreateLogger<SetWriter>());
        var storage = StorageSettings.Read(TestSettings.Of());
        Persist = new PersistJobAssetsHandler(
            workspaces, memory, digester, signer, sets, locks, settings, storage, clock ?? TimeProvider.System, logging.CreateLogger<PersistJobAssetsHandler>());
        Backup = new BackupJobAssetHandler(sets, locks, signer, settings, storage);
        FindMetadata = new FindJobMetadataHandler(Manifests, Store, workspaces, digester);
        ReplaceMetadata = new ReplaceJobMetadataHandler(sets, locks, workspaces, digester, TimeProvider.System);
    }

    public FaultInjectingStore Store { get; }

    public ScriptedWorkspace Workspace { get; }

    public MemoryLeases Leases { get; } = new();

    public ManifestStore Manifests { get; }

    public PersistJobAssetsHandler Persist { get; }

    public BackupJobAssetHandler Backup { get; }

    public FindJobMetadataHandler FindMetadata { get; }

    public ReplaceJobMetadataHandler ReplaceMetadata { get; }

    public IReadOnlyCollection<string> Log { get; }

    public Task<Result<PersistedJobAssets>> TryPersistAsync() => Persist.HandleAsync(new PersistJobAssetsCommand(AJobAsset.Job, null), default);

    /// <summary>Persists and expects that it works.</summary>
    public async Task<PersistedJobAssets> PersistAsync()
    {
        var result = await TryPersistAsync();
        Assert.That(result.Error, Is.Null);
        return result.Value!;
    }

    public Task<Result<JobAssetBackup>> BackupAsync(string path) => Backup.HandleAsync(new BackupJobAssetCommand(AJobAsset.Job, AJobAsset.PathOf(path)), default);

    /// <summary>The manifest in force; <c>null</c> without one.</summary>
    public async Task<JobManifest?> ManifestAsync() => (await Manifests.FindAsync(AJobAsset.Job, default)).Value?.Manifest;

    /// <summary>Numbers of the versions that are kept of a file.</summary>
    public async Task<int[]> VersionsAsync(string path) =>
        [.. (await ManifestAsync())!.Versions.Where(version => version.Of.Value == path).Select(version => version.Number).Order()];

    /// <summary>The text under a key of the job.</summary>
    public async Task<string?> TextAsync(AssetKey key)
    {
        await using var asset = await Store.OpenReadAsync(key, null, default);
        using var reader = asset is null ? null : new StreamReader(asset.Content);
        return reader is null ? null : await reader.ReadToEndAsync();
    }

    /// <summary>Every path of the set with the text that a reader finds by the manifest; one that is not what the manifest says is a failure.</summary>
    public async Task<Dictionary<string, string>> ReadSetAsync()
    {
        var read = new Dictionary<string, string>();
        foreach (var file in (await ManifestAsync())?.Files ?? [])
        {
            var text = await TextAsync(file.Key);
            Assert.That(text, Is.Not.Null, $"{file.Path} at {file.Key}");
            var bytes = System.Text.Encoding.UTF8.GetBytes(text!);
            Assert.That(ContentHash.FromDigest(System.Security.Cryptography.SHA256.HashData(bytes)), Is.EqualTo(file.Sha256), file.Path.Value);
            Assert.That(bytes, Has.Length.EqualTo(file.SizeBytes));
            read[file.Path.Value] = text!;
        }

        return read;
    }

    /// <summary>Expects that every entry of the manifest is in its place with its type, and that nothing else is in the store.</summary>
    public async Task AssertTidyAsync()
    {
        var manifest = (await ManifestAsync())!;
        var assets = manifest.Files.Concat(manifest.Versions.Select(version => version.Asset)).ToList();
        Assert.That(assets, Is.All.Matches<JobAsset>(asset => asset!.Key == AssetLayout.JobAsset(AJobAsset.Job, asset.Path)));
        Assert.That(manifest.Leftovers, Is.Empty);
        foreach (var asset in assets)
        {
            var found = await Store.FindAsync(asset.Key, default);
            Assert.That((found?.Length, found?.Sha256, found?.MediaType), Is.EqualTo(((long?)asset.SizeBytes, (ContentHash?)asset.Sha256, asset.MediaType)), asset.Path.Value);
        }

        var keys = await Store.ListAsync(AssetLayout.Job(AJobAsset.Job), default).Select(entry => entry.Key).ToListAsync();
        Assert.That(keys, Is.EquivalentTo(assets.Select(asset => asset.Key).Append(AssetLayout.JobManifest(AJobAsset.Job))));
    }
}
