using System.Text.Json;
using CharacterRefs.Api.Http;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
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
            Description = "Durable character reference images: describe a character, get one to four images that stay.",
        });
        options.IncludeXmlComments(typeof(OpenApiRegistration).Assembly, includeControllerXmlComments: true);
        options.SupportNonNullableReferenceTypes();
        options.MapType<CharacterReferenceId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
        options.MapType<JobId>(() => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128, Description = JobId.Rule });
        options.MapType<JsonElement>(() => new OpenApiSchema { Type = JsonSchemaType.Object });
        options.AddSecurityDefinition(ApiKeyScheme, new OpenApiSecurityScheme
        {
            Name = ApiKeyGate.HeaderName,
            In = ParameterLocation.Header,
            Type = SecuritySchemeType.ApiKey,
            Description = "Asked for when API_KEY is configured.",
        });
        options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyScheme, document)] = [] });
        options.DocumentFilter<TagsFilter>(); // after the one of the XML comments
        options.OperationFilter<ProblemResponsesFilter>();
        options.OperationFilter<BinaryResponsesFilter>();
        options.OperationFilter<FileUploadFilter>();
    }
}
