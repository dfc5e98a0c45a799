using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
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
        Files.Find(default, default!).ReturnsForAnyArgs(call => new LocalFile($"/data/{call.Arg<CharacterReferenceId>()}", 10, AReference.Time));
        Files.WhenForAnyArgs(files => files.Publish(default!, default, default!))
            .Do(call => Journal.Add($"publish {call.Arg<CharacterReferenceId>()}"));
        Files.WhenForAnyArgs(files => files.Delete(default, default!)).Do(call => Journal.Add($"delete file {call.Arg<CharacterReferenceId>()}"));
        Inspector.InspectAsync(default!, default).ReturnsForAnyArgs(new ImageDetails(ImageFormat.Jpeg, 640, 480));
        Catalog.WhenForAnyArgs(catalog => catalog.AddAsync(default!, default)).Do(call => Journal.Add($"add {call.Arg<CharacterReference>().Id}"));
        Catalog.TryAddAsync(default!, default).ReturnsForAnyArgs(true);
        Catalog.When(catalog => catalog.TryAddAsync(Arg.Is<CharacterReference>(reference => reference != null), Arg.Any<CancellationToken>()))
            .Do(call => Journal.Add($"add {call.Arg<CharacterReference>().Id}"));
        Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));
        Store.ListAsync(default!, default!, default).ReturnsForAnyArgs(_ => Entries.ToAsyncEnumerable());
        Reachability.IsReachable.Returns(true);
        Ledger.CompleteAsync(default, default!, default!, default).ReturnsForAnyArgs(call =>
        {
            Rows.Add(call.Arg<CharacterReference>());
            Completed.Add(call.Arg<GenerationSlot>());
            return AGeneration.Of(1);
        });
    }

    public FakeTimeProvider Clock { get; } = new(AReference.Time);

    public IReferenceFiles Files { get; } = Substitute.For<IReferenceFiles>();

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

    public TestMeters Meters { get; } = new();

    public StorageMeter Meter => field ??= new(Meters);

    /// <summary>Local disk alone unless a test says otherwise.</summary>
    public StorageSettings Storage { get; init; } = StorageSettings.Read(TestSettings.Of());

    public UploadAttempt Attempt => new(Files, Store, Queue, Meter, Clock, NullLogger<UploadAttempt>.Instance);

    public PendingUploads Uploads => new(Storage, Attempt, Queue, Reachability, Clock, NullLogger<PendingUploads>.Instance);

    public PersistedImages Images => new(Store, Attempt, Clock);

    public ReferenceLocator Locator => new(Files, Signer, Storage, NullLogger<ReferenceLocator>.Instance);

    public LocalCopies Copies => field ??= new(Files, Store, Catalog, Reachability, Meter, Clock, NullLogger<LocalCopies>.Instance);

    public UploadReferenceHandler Upload => new(new ReferenceIntake(Files, Inspector), Files, Catalog, Uploads, Locator, Clock);

    /// <summary>Warnings and all else that the lookup in the store logs.</summary>
    public CapturedLog Log { get; } = new();

    public OrphanIntake Orphans => new(Store, new ReferenceIntake(Files, Inspector), Storage, Clock);

    /// <summary>The lookup of ids; the store is empty unless a test says otherwise.</summary>
    public ReferenceLookup Lookup =>
        new(Catalog, new ObjectAdoption(Store, Orphans, Files, Catalog, Log.Of<ObjectAdoption>()), Reachability, Storage, Clock);

    public FileAdoption Adoption => new(Files, Catalog, Ledger, Inspector, Uploads, Clock, NullLogger<FileAdoption>.Instance);

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
