using System.Collections.Concurrent;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The adapter as it is registered, against a stub of its own and on a fast clock.</summary>
internal sealed class ReplicateHarness : IAsyncDisposable
{
    private readonly TempDirectory _dataRoot = new();
    private ServiceProvider _services;
    private readonly ConcurrentDictionary<CharacterReferenceId, ReferenceImage> _references = new();

    private ReplicateHarness(ReplicateStub stub, FastTimeProvider clock, ReplicateOptions options)
    {
        (Stub, Clock, Options) = (stub, clock, options);
        _services = Build();
    }

    public ReplicateStub Stub { get; }

    public FastTimeProvider Clock { get; }

    public ReplicateOptions Options { get; private set; }

    public CapturedLog Log { get; } = new();

    public IImageGenerator Generator => _services.GetRequiredService<IImageGenerator>();

    public IPredictionHook Hook => _services.GetRequiredService<IPredictionHook>();

    public PartialOutputStore Partials => _services.GetRequiredService<PartialOutputStore>();

    /// <summary>Where the bytes of outputs are kept while they are fetched.</summary>
    public string PartialDirectory => Path.Join(_dataRoot.FullPath, "partial_outputs");

    /// <summary>Knows no prediction unless a test adds one.</summary>
    public IGenerationLedger Ledger { get; } = Substitute.For<IGenerationLedger>();

    /// <summary>Ids in the order in which they were announced.</summary>
    public ConcurrentQueue<string> Announced { get; } = [];

    /// <param name="speed">How many seconds of the client pass in one.</param>
    /// <param name="variables">Variables besides token, base and output host.</param>
    public static async Task<ReplicateHarness> StartAsync(double speed = 10, params (string Name, string? Value)[] variables)
    {
        var clock = new FastTimeProvider(speed);
        var stub = await ReplicateStub.StartAsync(clock);
        var values = stub.Variables;
        foreach (var (name, value) in variables)
        {
            values[name] = value;
        }

        var settings = new Settings(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var options = ReplicateOptions.Read(settings);
        settings.ThrowIfInvalid();
        return new ReplicateHarness(stub, clock, options);
    }

    public static GenerationRequest RequestFor(string model) => new()
    {
        Model = model,
        Description = "a knight",
        Prompt = "a knight, full body",
        NumImages = 1,
        Requested = new GenerationParameters(),
        Defaults = new GenerationParameters(),
    };

    public async Task<GenerationPlan> PlanAsync(GenerationRequest request)
    {
        foreach (var reference in request.References)
        {
            _references[reference.Id] = reference;
        }

        var plan = await Generator.PlanAsync(request, CancellationToken.None);
        return plan.Match(ok => ok, error => throw new AssertionException($"No plan: {error}"));
    }

    /// <summary>One image of a plan.</summary>
    public SlotTask TaskFor(GenerationPlan plan, int? seed = null) => new()
    {
        ImageId = AReference.NewId(),
        Model = plan.Model,
        Description = "a knight",
        Parameters = plan.ParametersUsed,
        Seed = seed ?? (plan.UsesSeed ? 7 : null),
        References = [.. RecordedInputs.References(plan.ParametersUsed).Select(id => _references[id])],
    };

    /// <summary>Plans and generates one image.</summary>
    public async Task<Result<byte[]>> GenerateAsync(string model = StubModels.FluxPro, CancellationToken cancellationToken = default) =>
        await GenerateAsync(await PlanAsync(RequestFor(model)), cancellationToken: cancellationToken);

    public Task<Result<byte[]>> GenerateAsync(
        GenerationPlan plan, int? seed = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(TaskFor(plan, seed), new RecordingProgress(Announced), cancellationToken);

    /// <summary>Generates one image to its end; a canceled one is thrown.</summary>
    public async Task<Result<byte[]>> GenerateAsync(
        SlotTask task, RecordingProgress progress, CancellationToken cancel = default, CancellationToken stop = default)
    {
        var outcome = await Generator.GenerateAsync(task, progress, cancel, stop);
        return outcome.End switch
        {
            SlotEnd.Received => progress.Bytes!,
            SlotEnd.Failed or SlotEnd.SubmissionUnknown => outcome.Error!,
            _ => throw new OperationCanceledException(outcome.End.ToString()),
        };
    }

    /// <summary>Generates an image that must not come, and returns the reason.</summary>
    public async Task<Error> FailToGenerateAsync(string model = StubModels.FluxPro) =>
        (await GenerateAsync(model)).Match(_ => throw new AssertionException("There is an image."), error => error);

    /// <summary>A new process with the same data, in front of the same Replicate.</summary>
    public async Task RestartAsync(Func<ReplicateOptions, ReplicateOptions>? change = null)
    {
        Options = change is null ? Options : change(Options);
        await _services.DisposeAsync();
        _services = Build();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Stub.DisposeAsync();
        _dataRoot.Dispose();
    }

    private ServiceProvider Build() => new ServiceCollection()
        .AddSingleton<TimeProvider>(Clock)
        .AddSingleton(Ledger)
        .AddSingleton<ICatalogSignals, NoSignals>()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
        .AddReplicate(Options, new DataRootOptions { Path = _dataRoot.FullPath })
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
