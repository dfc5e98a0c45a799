using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the path parameters that many operations share.</summary>
internal sealed class IdParametersFilter : IParameterFilter
{
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter.In is ParameterLocation.Path)
        {
            parameter.Description ??= parameter.Name switch
            {
                "image_id" => "Id of the image.",
                "path" => "Path of the file in the workspace, such as `scenes/1.mp4`.",
                "job_id" => "Id of the job.",
                "generation_id" => "Id of the generation.",
                _ => null,
            };
        }
    }
}
