using CharacterRefs.Api.Configuration;
using CharacterRefs.Application;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure;
using Microsoft.AspNetCore.Connections;

const int InvalidConfiguration = 78; // EX_CONFIG of sysexits.h

if (args is [HealthProbe.Verb])
{
    return await HealthProbe.RunAsync();
}

try
{
    // The content root is where appsettings.json was built to; data and .env belong to the working directory.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var fileNames = DotEnvFile.AddTo(builder.Configuration);
    var settings = new Settings(builder.Configuration);

    builder.Services.AddSingleton(settings);
    builder.Services.AddApplication(settings);
    builder.Services.AddInfrastructure(settings, builder.Environment.IsDevelopment());
    builder.AddApi(settings);
    DotEnvFile.RefuseUnknown(fileNames, settings);
    settings.ThrowIfInvalid();

    var app = builder.Build();
    app.UseApi();
    await app.RunAsync();
    return 0;
}
catch (InvalidSettingsException error)
{
    await Console.Error.WriteLineAsync($"CharacterRefs cannot start:{Environment.NewLine}{error.Message}");
    return InvalidConfiguration;
}
catch (IOException error) when (error.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"CharacterRefs cannot start: API_HOST and API_PORT name an address that is in use. {error.Message}");
    return InvalidConfiguration;
}
