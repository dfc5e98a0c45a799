using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Events.WatchEvents;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.CancelGeneration;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Generations.RetryGeneration;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Generations.WatchGenerations;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Tests.Support.Doubles;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>The generation use cases over a scripted generator and a ledger in memory, on a clock that runs by itself wherever somebody waits.</summary>
internal sealed class GenerationScene : IAsyncDisposable
{
    private GenerationRunner? _runner;
    private ImageKeeper? _keeper;
    private GenerationFeed? _feed;
    private EventLog? _events;

    public GenerationScene()
    {
        References.Files.AvailableBytes.Returns(_ => AvailableBytes);
        References.Files.Find(default, default!).ReturnsForAnyArgs(call =>
            PublishedBefore || IsPublished(call.Arg<CharacterReferenceId>())
                ? new LocalFile($"/data/{call.Arg<CharacterReferenceId>()}", 10, AReference.Time)
                : null);
    }

    /// <summary>Whether every image has a file that an earlier process published.</summary>
    public bool PublishedBefore { get; init; }

    public MemoryLedger Ledger { get; init; } = new();

    /// <summary>What is used as the ledger, where it is not the one in memory.</summary>
    public IGenerationLedger? Record { get; init; }

    public ScriptedGenerator Generator { get; init; } = new();

    /// <summary>The ports of images: files, inspection, uploads.</summary>
    public ReferenceScene References { get; } = new();

    /// <summary>Free space of the disk.</summary>
    public long AvailableBytes { get; set; } = 1L << 30;

    public FakeTimeProvider Clock { get; } = new(AReference.Time) { AutoAdvanceAmount = TimeSpan.Zero };

    /// <summary>With the model of <see cref="Generator"/> allowed.</summary>
    public GenerationSettings Settings { get; init; } =
        ReferenceScene.Settings with { AllowedModels = [.. ReferenceScene.Settings.AllowedModels, "owner/planned"] };

    public ModelPrices Prices { get; init; } = ModelPrices.Read(TestSettings.Of());

    /// <summary>To the other nodes on the catalog; there are none unless a test says so.</summary>
    public ICatalogSignals Signals { get; init; } = new NoSignals();

    /// <summary>Counts lost leases.</summary>
    public TestMeters Meters { get; } = new();

    public GenerationFeed Feed => _feed ??= new GenerationFeed(Events);

    public EventLog Events => _events ??= new EventLog(Clock, Node, Signals);

    /// <summary>Whether it has a lease, and whether it is alone.</summary>
    public ICatalogNode Node { get; init; } = new SingleNode();

    public SlotJournal Journal => new(Record ?? Ledger, Feed, Node);

    public ImageKeeper Keeper => _keeper ??= new(
        new ReferenceIntake(References.Files, References.Inspector),
        References.Files,
        References.Integrity,
        new PublishedImages(References.Files, References.Inspector, References.Store, References.Orphans, References.Storage, Clock),
        Journal,
        References.Uploads,
        Clock);

    public GenerationReferences Images => new(References.Lookup, References.Copies);

    public RequestResolver Requests => new(Settings, Images);

    public GenerationRunner Runner => _runner ??= new GenerationRunner(
        new SlotRunner(Generator, Images, Journal, Keeper, Settings, Clock, NullLogger<SlotRunner>.Instance),
        Record ?? Ledger,
        Node,
        new WorkSignal(),
        new LeaseMeter(Meters),
        Settings,
        NullLogger<GenerationRunner>.Instance);

    public GenerationStart Start => new(Record ?? Ledger, Runner, Feed, Keeper, Settings);

    public GenerateReferencesHandler Generate => new(Requests, Generator, Start, Prices, Clock);

    public RetryGenerationHandler Retry => new(Ledger, Start, Settings, Prices, Clock);

    public CancelGenerationHandler Cancel => new(Ledger, Runner, Feed, Clock);

    public WatchEventsHandler WatchEvents => new(Events, Ledger, References.Catalog);

    public WatchGenerationsHandler Watch => new(Record ?? Ledger, Feed);

    public static GenerateReferencesCommand Command(int numImages = 1, int? seed = 7) => new()
    {
        Description = "a knight",
        NumImages = numImages,
        Seed = seed,
        Parameters = new GenerationParameters(),
    };

    public Task<Result<StartedGeneration>> BeginAsync(GenerateReferencesCommand? command = null, IdempotencyKey? key = null) =>
        Generate.HandleAsync(command ?? Command(), key, CancellationToken.None);

    /// <summary>Starts a generation and returns it when it is final.</summary>
    public async Task<Generation> RunAsync(GenerateReferencesCommand? command = null) =>
        await EndAsync((await BeginAsync(command)).Value!.Generation);

    /// <summary>The generation when it is final. The clock moves on while somebody waits for it.</summary>
    public async Task<Generation> EndAsync(Generation generation)
    {
        var end = Watch.WaitForEndAsync(generation, CancellationToken.None);
        await Condition.AdvanceUntilAsync(Clock, end);
        return await end;
    }

    /// <summary>A new process over the same ledger and files.</summary>
    public void Restart() => (_runner, _keeper, _feed, _events) = (null, null, null, null);

    public async ValueTask DisposeAsync()
    {
        if (_runner is not null)
        {
            await _runner.StopAsync(CancellationToken.None);
        }
    }

    private bool IsPublished(CharacterReferenceId id) =>
        References.Journal.LastIndexOf($"publish {id}") > References.Journal.LastIndexOf($"delete file {id}");
}
