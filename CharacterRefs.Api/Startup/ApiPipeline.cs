using CharacterRefs.Api.Assets;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Api.Operation;
using CharacterRefs.Api.Page;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace CharacterRefs.Api.Startup;

/// <summary>The middleware, in order.</summary>
internal static partial class ApiPipeline
{
    private static readonly HttpMethodMetadata s_reading = new([HttpMethods.Get, HttpMethods.Head]);

    public static void UseApi(this WebApplication app)
    {
        var exposure = app.Services.GetRequiredService<Exposure>();
        app.UseMiddleware<RequestLog>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages();
        app.UseMiddleware<ResponseHeaders>();
        app.UseMiddleware<ReaderPace>();
        app.UseMiddleware<HostGate>(exposure.AllowedHosts, new PathString("/" + HooksController.Prefix));
        app.UseCors();
        app.UseMiddleware<OriginGate>();
        app.UseMiddleware<ApiKeyGate>((object)new PathString[] { "/" + SignedAssetsController.Prefix, "/" + HooksController.Prefix });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), UseSwagger); // other requests skip these two steps
        app.MapControllers();
        app.MapPage();
        foreach (var prefix in new[] { "", "/api/mv" })
        {
            app.MapHealthChecks($"{prefix}/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthReports.WriteAsync })
                .WithMetadata(s_reading);
            app.MapHealthChecks($"{prefix}/health/ready", new HealthCheckOptions { ResponseWriter = HealthReports.WriteAsync }).WithMetadata(s_reading);
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var url in app.Urls)
            {
                LogListening(app.Logger, $"{url}/swagger");
            }

            exposure.LogIfOpen(app.Logger);
        });
    }

    private static void UseSwagger(IApplicationBuilder app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "CharacterRefs";
            ui.EnablePersistAuthorization();
            ui.SwaggerEndpoint($"/swagger/{OpenApiRegistration.DocumentName}/swagger.json", "CharacterRefs v1");
        });
    }

    [LoggerMessage(300, LogLevel.Information, "CharacterRefs is ready. Swagger UI: {SwaggerUrl}")]
    private static partial void LogListening(ILogger logger, string swaggerUrl);
}
