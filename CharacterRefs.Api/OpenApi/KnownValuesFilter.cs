using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>
/// Describes members and parameters with <see cref="KnownValuesAttribute"/> as enums. OpenAPI 3.0 requires null among the values of a nullable enum.
/// </summary>
internal sealed class KnownValuesFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        var known = context.MemberInfo?.GetCustomAttribute<KnownValuesAttribute>() ?? context.ParameterInfo?.GetCustomAttribute<KnownValuesAttribute>();
        if (schema is OpenApiSchema member && known is not null)
        {
            var values = known.Values.Select(value => (JsonNode)value);
            member.Enum = member.Type?.HasFlag(JsonSchemaType.Null) is true ? [.. values, JsonNullSentinel.JsonNull] : [.. values];
        }
    }
}
