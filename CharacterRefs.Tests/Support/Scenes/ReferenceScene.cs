using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
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
        Ledger.WhenForAnyArgs(ledger => ledger.BeginAsync(default!, default)).Do(call => Begun = Record(call.Arg<Generation>()));
        Ledger.WhenForAnyArgs(ledger => ledger.RecordAsync(default, default!, default)).Do(call => Journal.Add(Describe(call.Arg<GenerationSlot>())));
        Ledger.WhenForAnyArgs(ledger => ledger.CompleteAsync(default, default!, default!, default)).Do(call =>
        {
            Journal.Add($"{Describe(call.Arg<GenerationSlot>())} row");
            Rows.Add(call.Arg<CharacterReference>());
        });
    }

    public FakeTimeProvider Clock { get; } = new(AReference.Time);

    public IReferenceFiles Files { get; } = Substitute.For<IReferenceFiles>();

    public IImageInspector Inspector { get; } = Substitute.For<IImageInspector>();

    public IReferenceCatalog Catalog { get; } = Substitute.For<IReferenceCatalog>();

    public IUploadQueue Queue { get; } = Substitute.For<IUploadQueue>();

    public IJobCatalog Jobs { get; } = Substitute.For<IJobCatalog>();

    public IGenerationLedger Ledger { get; } = Substitute.For<IGenerationLedger>();

    public IImageGenerator Generator { get; } = Substitute.For<IImageGenerator>();

    public List<string> Journal { get; } = [];

    public List<StagedFileSpy> Staged { get; } = [];

    /// <summary>The rows that finished slots got.</summary>
    public List<CharacterReference> Rows { get; } = [];

    public Generation? Begun { get; private set; }

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

    /// <summary>The handler of generate requests over this plan.</summary>
    public GenerateReferencesHandler Generate(IGenerationPlan plan)
    {
        Generator.PlanAsync(default!, default).ReturnsForAnyArgs(Ok(plan));
        var slots = new SlotRunner(new ReferenceIntake(Files, Inspector), Files, Ledger, Uploads, Locator, Clock, NullLogger<SlotRunner>.Instance);
        return new GenerateReferencesHandler(new GenerationRequests(Settings, Lookup, Copies), Generator, Ledger, slots, Clock);
    }

    /// <summary>The entries of one slot, without its number.</summary>
    public IEnumerable<string> JournalOf(int slot) =>
        Journal.Where(entry => entry.StartsWith($"{slot} ", StringComparison.Ordinal)).Select(entry => entry[2..]);

    private Generation Record(Generation generation)
    {
        Journal.Add("begin");
        Journal.AddRange(generation.Slots.Select(Describe));
        return generation;
    }

    private StagedFileSpy Stage()
    {
        var staged = new StagedFileSpy();
        Staged.Add(staged);
        return staged;
    }

    private static string Describe(GenerationSlot slot) =>
        string.Join(' ', new[] { $"{slot.Index}", $"{slot.State}", slot.PredictionId, slot.Error }.OfType<string>());

    // An interface is never converted implicitly; a type parameter is.
    private static Result<T> Ok<T>(T value) => value;
}
