using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes members with <see cref="KnownValuesAttribute"/> as enums. OpenAPI 3.0 requires null among the values of a nullable enum.</summary>
internal sealed class KnownValuesFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema member && context.MemberInfo?.GetCustomAttribute<KnownValuesAttribute>() is { } known)
        {
            var values = known.Values.Select(value => (JsonNode)value);
            member.Enum = member.Type?.HasFlag(JsonSchemaType.Null) is true ? [.. values, JsonNullSentinel.JsonNull] : [.. values];
        }
    }
}
