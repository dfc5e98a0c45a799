using CharacterRefs.Infrastructure;
using DotNetEnv;

namespace CharacterRefs.Scripts;

/// <summary>A started host with CharacterRefs.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private readonly IHost _host;

    private Pipeline(IHost host, string jobsRoot) => (_host, JobsRoot) = (host, jobsRoot);

    /// <summary>The directory that contains the workspaces of all jobs.</summary>
    public string JobsRoot { get; }

    /// <summary>Starts the host with placeholders and local storage; <c>.env</c> in the working directory and the environment override this.</summary>
    /// <param name="args">A directory for all data; empty = a new temporary directory.</param>
    public static async Task<Pipeline> StartAsync(string[] args)
    {
        Env.NoClobber().Load();
        var root = args is [var directory] ? directory : Directory.CreateTempSubdirectory("character-refs-").FullName;
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATA_ROOT"] = Path.Join(root, "outputs"),
            ["JOBS_ROOT"] = Path.Join(root, "jobs"),
            ["IMAGE_GENERATOR"] = "placeholder",
            ["REPLICATE_MODEL"] = "black-forest-labs/flux-1.1-pro",
            ["Flavors:default:PromptTemplate"] = "Character reference image of {character_description}, full body.",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:Console:LogToStandardErrorThreshold"] = "Trace",
        });

        // The host adds the environment, which overrides these values.
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Configuration = configuration });
        builder.Services.AddCharacterRefs(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new Pipeline(host, builder.Configuration["JOBS_ROOT"]!);
    }

    /// <summary>Returns a use case, a class whose name ends in <c>Handler</c>.</summary>
    public THandler Get<THandler>()
        where THandler : notnull => _host.Services.GetRequiredService<THandler>();

    /// <summary>Stops the workers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
