using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Operation;
using CharacterRefs.Api.Startup;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Infrastructure;
using Microsoft.AspNetCore.Connections;

// sysexits.h
const int Usage = 64;
const int WorkWasCut = 75;
const int InvalidConfiguration = 78;

try
{
    return args switch
    {
        [HealthProbe.Verb] => await HealthProbe.RunAsync(),
        [ImportRun.Verb] => await ImportAsync(),
        [var word, ..] when !IsOption(word) => await RefuseAsync(),
        _ => await ServeAsync(),
    };
}
catch (InvalidSettingsException error)
{
    await Console.Error.WriteLineAsync($"CharacterRefs cannot start:{Environment.NewLine}{error.Message}");
    return InvalidConfiguration;
}
catch (IOException error) when (error.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"CharacterRefs cannot start: API_HOST and API_PORT name an address that is already in use. {error.Message}");
    return InvalidConfiguration;
}

async Task<int> ServeAsync()
{
    // The content root contains appsettings.json; data and .env belong to the working directory.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    Configure(builder, builder.AddApi);
    var app = builder.Build();
    app.UseApi();
    var stop = app.Services.GetRequiredService<ServiceStop>();
    await app.RunAsync();
    return stop.CutGenerations > 0 ? WorkWasCut : 0;
}

async Task<int> ImportAsync()
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
    Configure(builder, builder.AddImport);
    builder.Services.KeepPreparationsOnly();
    using var host = builder.Build();
    return await ImportRun.RunAsync(host);
}

async Task<int> RefuseAsync()
{
    await Console.Error.WriteLineAsync(
        $"\"{string.Join(' ', args)}\" is not a command. Commands: {HealthProbe.Verb}, {ImportRun.Verb}; each takes no further arguments. "
        + "Without a command the service starts.");
    return Usage;
}

// The forms of arguments that the configuration accepts: --name value, --name=value, /name value, name=value.
static bool IsOption(string word) => word is ['-' or '/', ..] || word.Contains('=', StringComparison.Ordinal);

static void Configure(IHostApplicationBuilder builder, Action<Settings> addSurface)
{
    var fileNames = DotEnvFile.AddTo(builder.Configuration);
    var settings = new Settings(builder.Configuration);
    builder.Services.AddCharacterRefs(settings, builder.Environment.IsDevelopment());
    addSurface(settings);
    DotEnvFile.RefuseUnknown(fileNames, settings);
    settings.ThrowIfInvalid();
}
