using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Operation;
using CharacterRefs.Api.Startup;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Infrastructure;

// sysexits.h
const int Failed = 1;
const int Usage = 64;
const int WorkWasCut = 75;
const int InvalidConfiguration = 78;

try
{
    return args switch
    {
        [.., CommandHelp.Help or CommandHelp.ShortHelp] => await PrintAsync(CommandHelp.Text),
        [CommandHelp.Version] => await PrintAsync(CommandHelp.VersionText),
        [HealthProbe.Verb] => await HealthProbe.RunAsync(),
        [ImportRun.Verb] => await RunAsync(services => services.KeepPreparationsOnly(), ImportRun.RunAsync),
        [MigrateRun.Verb] => await RunAsync(services => services.KeepMigrationOnly(), MigrateRun.RunAsync),
        [CatalogRun.Verb, CatalogRun.Copy, CatalogRun.To, var target] =>
            await RunAsync(services => services.KeepLockAndMigrationOnly(), host => CatalogRun.CopyAsync(host, target)),
        [CatalogRun.Verb, CatalogRun.BackUp, var path] => await RunAsync(services => services.KeepNothing(), host => CatalogRun.BackUpAsync(host, path)),
        [var word, ..] when !IsOption(word) => await RejectAsync(),
        _ => await ServeAsync(),
    };
}
catch (InvalidSettingsException error)
{
    await Console.Error.WriteLineAsync($"CharacterRefs cannot start:{Environment.NewLine}{error.Message}");
    return InvalidConfiguration;
}

async Task<int> ServeAsync()
{
    // The content root contains appsettings.json; data and .env belong to the working directory.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    Configure(builder, builder.AddApi);
    await using var app = builder.Build(); // disposal sends the last spans and metrics
    app.UseApi();
    var stop = app.Services.GetRequiredService<ServiceStop>();
    var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
    try
    {
        await app.StartAsync();
    }
    catch (Exception error) when (ListenFault.Describe(error, urls) is { } problem)
    {
        await app.StopAsync(); // the workers run already; disposing under them would make each of them fail
        throw new InvalidSettingsException([problem]);
    }
    catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
    {
        await app.StopAsync(); // a signal came before the start was complete, for example while it waited for the catalog
        return 0;
    }

    await app.WaitForShutdownAsync();

    return stop.CutGenerations > 0 ? WorkWasCut : 0;
}

async Task<int> RunAsync(Action<IServiceCollection> keep, Func<IHost, Task<int>> run)
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
    Configure(builder, builder.AddCommand);
    keep(builder.Services);
    using var host = builder.Build();
    try
    {
        return await run(host);
    }
    catch (OperationCanceledException) when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("Stopped before the end. Run it again.");
        return Failed;
    }
}

async Task<int> PrintAsync(string text)
{
    await Console.Out.WriteLineAsync(text);
    return 0;
}

async Task<int> RejectAsync()
{
    await Console.Error.WriteLineAsync(
        $"\"{string.Join(' ', args)}\" is not a command. Commands: {HealthProbe.Verb}, {ImportRun.Verb}, {MigrateRun.Verb}, which take no further "
        + $"arguments; {CatalogRun.Verb} {CatalogRun.Copy} {CatalogRun.To} URL; {CatalogRun.Verb} {CatalogRun.BackUp} FILE. "
        + $"Without a command the service starts. {CommandHelp.Help} lists everything.");
    return Usage;
}

// The forms of arguments that the configuration accepts: --name value, --name=value, /name value, name=value.
static bool IsOption(string word) => word is ['-' or '/', ..] || word.Contains('=', StringComparison.Ordinal);

static void Configure(IHostApplicationBuilder builder, Action<Settings> addSurface)
{
    var fileNames = DotEnvFile.AddTo(builder.Configuration);
    var settings = new Settings(builder.Configuration);
    FilePermissions.Apply(FilePermissions.Read(settings)); // first: what follows creates directories
    builder.Services.AddCharacterRefs(settings, builder.Environment.IsDevelopment());
    addSurface(settings);
    DotEnvFile.RejectUnknown(fileNames, settings);
    settings.ThrowIfInvalid();
}
