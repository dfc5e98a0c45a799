using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Tests.Support.Doubles;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The ports of the reference use cases, all working, with a journal of what was written in which order.</summary>
internal sealed class ReferenceScene
{
    public ReferenceScene()
    {
        Files.StageAsync(default!, default, default).ReturnsForAnyArgs(_ => Stage());
        Files.RelativePath(default, default!).ReturnsForAnyArgs(call => $"data/{call.Arg<CharacterReferenceId>()}.{call.Arg<ImageFormat>()}");
        Files.Find(default, default!).ReturnsForAnyArgs(call =>
            new LocalFile($"/data/{call.Arg<CharacterReferenceId>()}", AReference.Uploaded().SizeBytes, AReference.Time));
        Files.HashAsync(default!, default).ReturnsForAnyArgs(AReference.Uploaded().Sha256);
        Files.WhenForAnyArgs(files => files.Publish(default!, default, default!))
            .Do(call => Journal.Add($"publish {call.Arg<CharacterReferenceId>()}"));
        Files.WhenForAnyArgs(files => files.Delete(default, default!)).Do(call => Journal.Add($"delete file {call.Arg<CharacterReferenceId>()}"));
        Inspector.InspectAsync(default!, default, default).ReturnsForAnyArgs(new ImageDetails(ImageFormat.Jpeg, 640, 480));
        Catalog.WhenForAnyArgs(catalog => catalog.AddAsync(default!, default)).Do(call => Journal.Add($"add {call.Arg<CharacterReference>().Id}"));
        Catalog.TryAddAsync(default!, default).ReturnsForAnyArgs(true);
        Catalog.When(catalog => catalog.TryAddAsync(Arg.Is<CharacterReference>(reference => reference != null), Arg.Any<CancellationToken>()))
            .Do(call => Journal.Add($"add {call.Arg<CharacterReference>().Id}"));
        Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));
        DerivativeFiles.FindAsync(default, default!, default).ReturnsForAnyArgs(default(LocalFile));
        DerivativeFiles.WriteAsync(default, default!, default, default).ReturnsForAnyArgs(call =>
        {
            Journal.Add($"write {call.Arg<Derivative>().Name} of {call.Arg<CharacterReferenceId>()}");
            return new LocalFile("/data/derivative", call.Arg<ReadOnlyMemory<byte>>().Length, AReference.Time);
        });
        Renderer.RenderAsync(default!, default!, default!, default)
            .ReturnsForAnyArgs(new RenderedDerivative(new byte[3], "#102030", new ImageDetails(ImageFormat.Jpeg, 640, 480)));
        Store.ListAsync(default!, default!, default).ReturnsForAnyArgs(_ => Entries.ToAsyncEnumerable());
        Reachability.IsReachable.Returns(true);
        Ledger.FindByImageAsync(default, default).ReturnsForAnyArgs(default(Generation));
        Ledger.CompleteAsync(default!, default!, default!, default).ReturnsForAnyArgs(call =>
        {
            Rows.Add(call.Arg<CharacterReference>());
            Completed.Add(call.Arg<GenerationSlot>());
            return AGeneration.Of(1);
        });
    }

    public FakeTimeProvider Clock { get; } = new(AReference.Time);

    public IReferenceFiles Files { get; } = Substitute.For<IReferenceFiles>();

    public IDerivativeFiles DerivativeFiles { get; } = Substitute.For<IDerivativeFiles>();

    public IDerivativeRenderer Renderer { get; } = Substitute.For<IDerivativeRenderer>();

    public IDerivativeCatalog Colors { get; } = Substitute.For<IDerivativeCatalog>();

    public IImageInspector Inspector { get; } = Substitute.For<IImageInspector>();

    public IReferenceCatalog Catalog { get; } = Substitute.For<IReferenceCatalog>();

    public IUploadQueue Queue { get; } = Substitute.For<IUploadQueue>();

    public IJobCatalog Jobs { get; } = Substitute.For<IJobCatalog>();

    public IGenerationLedger Ledger { get; } = Substitute.For<IGenerationLedger>();

    public List<string> Journal { get; } = [];

    public List<StagedFileSpy> Staged { get; } = [];

    /// <summary>The rows that finished slots got.</summary>
    public List<CharacterReference> Rows { get; } = [];

    /// <summary>The slots that were completed.</summary>
    public List<GenerationSlot> Completed { get; } = [];

    public IAssetStore Store { get; } = Substitute.For<IAssetStore>();

    /// <summary>What a listing of the store gives.</summary>
    public List<AssetEntry> Entries { get; } = [];

    public IAssetUrlSigner Signer { get; } = Substitute.For<IAssetUrlSigner>();

    public IStoreReachability Reachability { get; } = Substitute.For<IStoreReachability>();

    /// <summary>The only one unless a test says otherwise.</summary>
    public ICatalogNode Node { get; set; } = new SingleNode();

    public TestMeters Meters { get; } = new();

    public StorageMeter Meter => field ??= new(Meters);

    /// <summary>Local disk alone unless a test says otherwise.</summary>
    public StorageSettings Storage { get; set; } = StorageSettings.Read(TestSettings.Of());

    /// <summary>Where nodes share the catalog: a bucket that has each image before its row.</summary>
    public static StorageSettings StoreFirst { get; } =
        StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", "s3"), ("STORE_WAIT", "1"))) with { StoresFirst = true };

    /// <summary>Makes the store take every image, and log each in the <see cref="Journal"/>.</summary>
    public void LetTheStoreTakeAll()
    {
        AssetContent? saved = null;
        Store.SaveAsync(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            Journal.Add($"store {call.Arg<AssetKey>()}");
            saved = call.Arg<AssetContent>();
            return SaveOutcome.Stored;
        });
        Store.FindAsync(default!, default).ReturnsForAnyArgs(call => saved is null
            ? null
            : new AssetMetadata(call.Arg<AssetKey>(), saved.Length, saved.MediaType, saved.Sha256, AReference.Time));
    }

    public UploadAttempt Attempt => new(Files, Store, Queue, Storage, Meter, Clock, NullLogger<UploadAttempt>.Instance);

    public UploadIntake Uploads => new(Storage, Attempt, Queue, Store, Reachability, Clock, NullLogger<UploadIntake>.Instance);

    public PersistedImages Images => new(Store, Attempt, Clock);

    public ReferenceLocator Locator => new(Files, Integrity, Signer, Storage, NullLogger<ReferenceLocator>.Instance);

    public FileIntegrity Integrity => field ??= new(Files, Log.Of<FileIntegrity>());

    public LocalCopies Copies => field ??= new(
        new VerifiedLocalFiles(Files, Integrity, Clock, NullLogger<VerifiedLocalFiles>.Instance),
        new FileFetch(Files, Store, Catalog, Integrity, Meter, NullLogger<FileFetch>.Instance),
        Files,
        Reachability,
        Meter);

    public PersistedCopyCheck PersistedCopyCheck =>
        new(new CopyVerification(Store, Queue, Clock), Queue, Reachability, Node, Storage, Clock, Log.Of<PersistedCopyCheck>());

    public LocalFileCheck LocalFileCheck => field ??= new(Copies, Integrity, Catalog, Files, Storage, Clock, Log.Of<LocalFileCheck>());

    public DerivativeCache Derivatives => field ??= new(DerivativeFiles, Renderer, Copies, Files, Catalog, Colors);

    public UploadReferenceHandler Upload =>
        new(new ReferenceIntake(Files, Inspector), Files, Catalog, Uploads, Locator, Clock, Log.Of<UploadReferenceHandler>());

    /// <summary>What uploads, deletions and the lookup in the store log.</summary>
    public CapturedLog Log { get; } = new();

    public OrphanIntake Orphans => new(Store, new ReferenceIntake(Files, Inspector), Ledger, Storage, Clock);

    /// <summary>The adoption of images of jobs.</summary>
    public JobImageAdoption JobImages => new(Store, Orphans, Lookup, Catalog, Jobs, Storage, Log.Of<JobImageAdoption>());

    /// <summary>The lookup of ids; the store is empty unless a test says otherwise.</summary>
    public ReferenceLookup Lookup =>
        new(Catalog, LocalIntake, new ObjectAdoption(Store, Orphans, Files, Catalog, Log.Of<ObjectAdoption>()), Reachability, Storage, Clock);

    public FileAdoption Adoption => field ??= new(Files, DerivativeFiles, Integrity, Catalog, LocalIntake, Clock, Log.Of<FileAdoption>());

    public LocalFileIntake LocalIntake => field ??= new(Files, Catalog, Ledger, Inspector, Uploads, Clock, Log.Of<LocalFileIntake>());

    public static GenerationSettings Settings { get; } = new()
    {
        DefaultModel = "owner/default",
        AllowedModels = ["owner/default", "owner/listed"],
        Concurrency = 16,
        QueueLimit = 100,
        MinFreeBytes = 1_000,
        CancelsOnDisconnect = false,
        Flavors = new Dictionary<string, Flavor>
        {
            ["default"] = new() { Name = "default", PromptTemplate = "Draw {character_description}.", Defaults = new() { OutputFormat = ImageFormat.Png } },
            ["anime"] = new()
            {
                Name = "anime",
                PromptTemplate = "Anime of {character_description}.",
                Model = "owner/anime",
                ReferenceModel = "owner/anime-again",
                Defaults = new GenerationParameters(),
            },
        },
    };

    private StagedFileSpy Stage()
    {
        var staged = new StagedFileSpy();
        Staged.Add(staged);
        return staged;
    }
}
