using System.Collections.Concurrent;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>The adapter as it is registered, against a stub of its own and on a fast clock.</summary>
internal sealed class ReplicateHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ReplicateHarness(ReplicateStub stub, TimeProvider clock, ReplicateOptions options, IHostApplicationLifetime? host)
    {
        (Stub, Clock, Options) = (stub, clock, options);
        var services = new ServiceCollection();
        if (host is not null)
        {
            services.AddSingleton(host);
        }

        _services = services
            .AddSingleton(clock)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddReplicate(options)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Generator = _services.GetRequiredService<IImageGenerator>();
    }

    public ReplicateStub Stub { get; }

    public TimeProvider Clock { get; }

    public ReplicateOptions Options { get; }

    public CapturedLog Log { get; } = new();

    public IImageGenerator Generator { get; }

    /// <summary>Ids in the order in which they were announced.</summary>
    public ConcurrentQueue<string> Announced { get; } = [];

    /// <param name="speed">How many seconds of the client pass in one.</param>
    /// <param name="variables">Variables besides token, base and output host.</param>
    public static Task<ReplicateHarness> StartAsync(double speed = 10, params (string Name, string? Value)[] variables) =>
        StartAsync(null, speed, variables);

    /// <summary>The same inside a host, which can be stopped.</summary>
    public static async Task<ReplicateHarness> StartAsync(IHostApplicationLifetime? host, double speed = 10, params (string Name, string? Value)[] variables)
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
        return new ReplicateHarness(stub, clock, options, host);
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

    public async Task<IGenerationPlan> PlanAsync(GenerationRequest request)
    {
        var plan = await Generator.PlanAsync(request, CancellationToken.None);
        return plan.Match(ok => ok, error => throw new AssertionException($"No plan: {error}"));
    }

    /// <summary>Plans and draws one image.</summary>
    public async Task<Result<byte[]>> DrawAsync(string model = StubModels.FluxPro, CancellationToken cancellationToken = default) =>
        await DrawAsync(await PlanAsync(RequestFor(model)), cancellationToken: cancellationToken);

    public Task<Result<byte[]>> DrawAsync(IGenerationPlan plan, int? seed = null, CancellationToken cancellationToken = default) =>
        plan.GenerateAsync(seed ?? (plan.UsesSeed ? 7 : null), AnnounceAsync, ReadAllAsync, cancellationToken);

    /// <summary>Draws an image that must not come, and gives the reason.</summary>
    public async Task<Error> FailToDrawAsync(string model = StubModels.FluxPro) =>
        (await DrawAsync(model)).Match(_ => throw new AssertionException("There is an image."), error => error);

    public Task AnnounceAsync(string id)
    {
        Announced.Enqueue(id);
        return Task.CompletedTask;
    }

    public static async Task<Result<byte[]>> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Stub.DisposeAsync();
    }
}
