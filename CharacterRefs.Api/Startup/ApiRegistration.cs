using System.Text.Json.Serialization;
using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.Jobs;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Api.Operation;
using CharacterRefs.Api.Page;
using CharacterRefs.Api.References;
using CharacterRefs.Api.Telemetry;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Storage;
using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Api.Startup;

/// <summary>Registers the HTTP API.</summary>
internal static class ApiRegistration
{
    private const double LeastBytesPerSecond = 20_000;

    public static void AddApi(this WebApplicationBuilder builder, Settings settings)
    {
        var options = ApiOptions.Read(settings);
        var services = builder.Services;
        services.AddSingleton(options);

        builder.Logging.AddLog(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Every byte is a character of it, so that a key that is not ASCII gets a problem and not a bare 400; UTF-8 otherwise.
            kestrel.RequestHeaderEncodingSelector = static name =>
                name.Equals(IdempotencyKeyHeader.HeaderName, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null;

            // For what the server still holds of a response when its connection ends; the grace period must exceed the server's tick of a second.
            kestrel.Limits.MinResponseDataRate = new MinDataRate(
                LeastBytesPerSecond, TimeSpan.FromSeconds(Math.Max(2, options.ResponseStallTimeout.TotalSeconds)));
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        });
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls($"http://{options.Host}:{options.Port}");
        }

        services.AddSingleton(new Exposure(builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey)!, options));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SessionCookies>();
        services.AddSingleton<FailedKeys>();

        // Not AddControllers: it adds authentication and authorization to every request, and nothing here uses them.
        services.AddMvcCore(mvc =>
            {
                mvc.ModelBinderProviders.Insert(0, new IdBinderProvider());

                // RFC 8259, 8.1: JSON is UTF-8. The framework accepts UTF-16 too, and fails when half a character is left at the end.
                var json = mvc.InputFormatters.OfType<SystemTextJsonInputFormatter>().Single();
                foreach (var encoding in json.SupportedEncodings.Where(encoding => encoding.CodePage != Encoding.UTF8.CodePage).ToList())
                {
                    json.SupportedEncodings.Remove(encoding);
                }

                mvc.Filters.Add<QueryMembers>(QueryMembers.Order);
                mvc.Filters.Add<UnsupportedConditions>();

                // Requests are bound from path, query and body only; the other providers look for forms and for brackets in names in every request.
                mvc.ValueProviderFactories.Clear();
                mvc.ValueProviderFactories.Add(new RouteValueProviderFactory());
                mvc.ValueProviderFactories.Add(new QueryStringValueProviderFactory());
            })
            .AddApiExplorer()
            .AddCors()
            .AddDataAnnotations()
            .ConfigureApiBehaviorOptions(behavior => behavior.InvalidModelStateResponseFactory = InvalidRequests.ToProblem)
            .AddJsonOptions(json =>
            {
                // Keeps the exception, which contains the JSON path, instead of its message.
                json.AllowInputFormatterExceptionMessages = false;
                ConfigureJson(json.JsonSerializerOptions);
            });
        services.AddSingleton<ParameterBinder, ActionParameterBinder>();
        services.AddSingleton<IClientErrorFactory, ClientErrors>();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = made => ProblemBodies.Complete(made.HttpContext, made.ProblemDetails));
        services.RemoveAll<IProblemDetailsWriter>();
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddExceptionHandler<FaultTranslator>();
        services.AddSingleton<ImageFileOpener>();
        services.AddSingleton(static _ => EmbeddedPage.Shared);
        services.AddSingleton<PagePolicy>();
        services.AddSingleton<GenerationView>();
        services.AddSingleton<GenerationResponses>();
        services.AddSingleton(provider => new EventStreams(provider.GetRequiredService<ApiKeys>(), options.EventStreamsPerClient));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.CorsOrigins])
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(ResponseHeaders.Exposed)));

        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonFields.NameOf(member.Name);
        ValidatorOptions.Global.DisplayNameResolver = ValidatorOptions.Global.PropertyNameResolver;
        services.AddFluentValidationAutoValidation(validation => validation.DisableDataAnnotationsValidation = true);
        services.AddValidatorsFromAssembly(typeof(ApiRegistration).Assembly, ServiceLifetime.Singleton, includeInternalTypes: true);
        services.AddAutoMapper(
            (provider, mapper) =>
            {
                mapper.LicenseKey = options.AutoMapperLicenseKey?.Reveal();
                mapper.AddProfile(new ReferenceProfile(provider.GetRequiredService<StorageSettings>()));
                mapper.AddProfile<GenerationProfile>();
                mapper.AddProfile<JobProfile>();
                mapper.AddProfile<ValueProfile>();
            },
            Type.EmptyTypes);
        services.AddTelemetry(settings);
        services.AddSwaggerGen(OpenApiRegistration.Configure);
        services.AddHealthChecks().AddCheck<StopHealth>("stop");
        services.AddSingleton<ListenSockets>();
        services.AddOptions<SocketTransportOptions>().Configure<ListenSockets>((transport, sockets) => transport.CreateBoundListenSocket = sockets.Bind);
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostLifetime, SignalLifetime>();
    }

    private static void ConfigureJson(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Converters.Add(new UtcTimeConverter());

        // A misspelt option must not cause a paid generation.
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
    }
}
