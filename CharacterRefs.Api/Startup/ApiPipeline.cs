using CharacterRefs.Api.Assets;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Api.Operation;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace CharacterRefs.Api.Startup;

/// <summary>The middleware, in order.</summary>
internal static partial class ApiPipeline
{
    public static void UseApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages();
        app.UseCors();
        app.UseMiddleware<ApiKeyGate>((object)new PathString[] { "/" + SignedAssetsController.Prefix, "/" + HooksController.Prefix });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), UseSwagger); // other requests skip these two steps
        app.MapControllers();
        foreach (var prefix in new[] { "", "/api/mv" })
        {
            app.MapHealthChecks($"{prefix}/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthReports.WriteAsync });
            app.MapHealthChecks($"{prefix}/health/ready", new HealthCheckOptions { ResponseWriter = HealthReports.WriteAsync });
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var url in app.Urls)
            {
                LogListening(app.Logger, $"{url}/swagger");
            }
        });
    }

    private static void UseSwagger(IApplicationBuilder app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "CharacterRefs";
            ui.SwaggerEndpoint($"/swagger/{OpenApiRegistration.DocumentName}/swagger.json", "CharacterRefs v1");
        });
    }

    [LoggerMessage(300, LogLevel.Information, "CharacterRefs is ready. Swagger UI: {SwaggerUrl}")]
    private static partial void LogListening(ILogger logger, string swaggerUrl);
}
