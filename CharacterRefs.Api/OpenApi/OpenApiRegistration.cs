using CharacterRefs.Api.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the API from the controllers, their contracts and the XML documentation of both.</summary>
internal static class OpenApiRegistration
{
    public const string DocumentName = "v1";
    public const string ApiKeyScheme = "ApiKey";

    public static void Configure(SwaggerGenOptions options)
    {
        options.SwaggerDoc(DocumentName, new OpenApiInfo
        {
            Title = "CharacterRefs",
            Version = DocumentName,
            Description = "Generates, stores and delivers character reference images, and persists the assets of video jobs.",
        });
        options.AddServer(new OpenApiServer { Url = "/" });

        // HEAD returns the headers of GET; as an operation of its own it would double the methods of generated clients.
        options.DocInclusionPredicate((_, api) => api.HttpMethod != HttpMethods.Head);
        options.CustomOperationIds(api => JsonNamingPolicy.CamelCase.ConvertName(((ControllerActionDescriptor)api.ActionDescriptor).ActionName));
        options.IncludeXmlComments(typeof(OpenApiRegistration).Assembly, includeControllerXmlComments: true);
        options.SupportNonNullableReferenceTypes();
        options.MapType<CharacterReferenceId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
        options.MapType<GenerationId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
        options.MapType<JobAssetPath>(() => new OpenApiSchema { Type = JsonSchemaType.String });
        options.MapType<JobId>(() => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128, Description = JobId.Rule });
        options.MapType<JsonElement>(() => ObjectOf("Any JSON value."));
        options.MapType<IReadOnlyDictionary<string, JsonElement>>(() => ObjectOf("A text, number, boolean or list, as the model defines it."));
        options.AddSecurityDefinition(ApiKeyScheme, new OpenApiSecurityScheme
        {
            Name = ApiKeys.HeaderName,
            In = ParameterLocation.Header,
            Type = SecuritySchemeType.ApiKey,
            Description = "Required if API_KEY is configured.",
        });
        options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyScheme, document)] = [] });
        options.DocumentFilter<HealthFilter>();
        options.DocumentFilter<PrefilledValuesFilter>();
        options.DocumentFilter<TagsFilter>(); // after the one of the XML comments
        options.OperationFilter<ProblemResponsesFilter>();
        options.OperationFilter<BinaryResponsesFilter>();
        options.OperationFilter<FileUploadFilter>();
        options.ParameterFilter<IdParametersFilter>();
        options.RequestBodyFilter<RequiredBodyFilter>();
        options.SchemaFilter<KnownValuesFilter>();
    }

    private static OpenApiSchema ObjectOf(string value) =>
        new() { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema { Description = value } };
}
