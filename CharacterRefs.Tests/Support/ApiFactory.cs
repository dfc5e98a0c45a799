using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Tests.Support;

/// <summary>The whole service in this process, with the placeholder and a data directory of its own unless a test sets others.</summary>
internal sealed class ApiFactory : WebApplicationFactory<Program>
{
    // Reading a model may take a minute of the clock, so three seconds: the first request of a busy machine takes more than one.
    private const double Speed = 20;

    // The clock is fast and the work is not: with the defaults a busy machine would run into the timeouts.
    private static readonly (string Name, string Value)[] s_longTimeouts = [("REPLICATE_DEADLINE", "3600"), ("IMAGE_DECODE_TIMEOUT", "120")];

    private TempDirectory? _ownRoot;
    private TempDirectory? _jobsRoot = new();
    private readonly Dictionary<string, string> _settings;

    /// <param name="dataRoot">A directory that outlives this instance, for tests of a restart; <c>null</c> = one of its own, removed with it.</param>
    /// <param name="settings">Variables over the defaults of the tests.</param>
    public ApiFactory(string? dataRoot = null, params (string Name, string Value)[] settings)
    {
        DataRoot = dataRoot ?? (_ownRoot = new TempDirectory()).FullPath;
        if (dataRoot is null)
        {
            EmptyCatalog.WriteTo(DataRoot);
        }

        JobsRoot = _jobsRoot.FullPath;
        _settings = new Dictionary<string, string>
        {
            ["DATA_ROOT"] = DataRoot,
            ["JOBS_ROOT"] = JobsRoot,
            ["IMAGE_GENERATOR"] = "placeholder",
            ["LOG_LEVEL"] = Environment.GetEnvironmentVariable("LOG_LEVEL") ?? "warning"
        };
        foreach (var (name, value) in settings)
        {
            _settings[name] = value;
        }
    }

    public string DataRoot { get; }

    /// <summary>Where the workspaces of jobs lie, unless the settings say otherwise; removed with this.</summary>
    public string JobsRoot { get; }

    /// <summary>The name of the hosting environment.</summary>
    public string EnvironmentName { get; init; } = "Development";

    /// <summary>The service's clock, set before its first client is made; <c>null</c> = the real one.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>Registrations over those of the service; <c>null</c> = none.</summary>
    public Action<IServiceCollection>? Registrations { get; init; }

    /// <summary>All that is logged, when <c>LOG_LEVEL</c> lets it pass.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>The service with Replicate's stub behind it.</summary>
    public static ApiFactory With(ReplicateStub stub, string? dataRoot = null, params (string Name, string Value)[] settings) =>
        new(dataRoot, [("IMAGE_GENERATOR", "replicate"), .. s_longTimeouts, .. stub.Variables.Select(variable => (variable.Key, variable.Value!)), .. settings])
        {
            Clock = new FastTimeProvider(Speed),
        };

    /// <summary>
    /// Listens on a free port of loopback instead of in memory. <c>UseKestrel(port)</c> sets the address when the entry point may already have started the
    /// server, which then throws (dotnet/aspnetcore, pull request 67714).
    /// </summary>
    public void ListenOnLoopback()
    {
        _settings[WebHostDefaults.ServerUrlsKey] = "http://127.0.0.1:0";
        UseKestrel();
    }

    /// <summary>
    /// A client that sends a body only when the service wants it, as curl does with a large one: what ends the request early meets no client that still sends.
    /// </summary>
    public HttpClient CreateClientThatAsks() => new(new SocketsHttpHandler { Expect100ContinueTimeout = Condition.Limit })
    {
        BaseAddress = CreateClient().BaseAddress,
        Timeout = Condition.Limit,
        DefaultRequestHeaders = { ExpectContinue = true },
    };

    /// <summary>Every file of the data directory that holds an image, or might, without derivatives, which are rendered in the background.</summary>
    public IReadOnlyList<string> ImageFiles() =>
        [.. Directory.EnumerateFiles(DataRoot, "*", SearchOption.AllDirectories)
            .Where(path => !Path.GetFileName(path).StartsWith("catalog.db", StringComparison.Ordinal) && Path.GetFileName(path) != "url-signing.key")
            .Where(path => !path.StartsWith(Path.Join(DataRoot, "derivatives"), StringComparison.Ordinal))];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(EnvironmentName);
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(Log));
        if (Registrations is not null)
        {
            builder.ConfigureServices(Registrations);
        }

        if (Clock is not null)
        {
            builder.ConfigureServices(services => services.AddSingleton(Clock));
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            EmptyCatalog.Close(DataRoot);
            _ownRoot?.Dispose();
            _jobsRoot?.Dispose();
            (_ownRoot, _jobsRoot) = (null, null); // the base class disposes twice
        }
    }
}
