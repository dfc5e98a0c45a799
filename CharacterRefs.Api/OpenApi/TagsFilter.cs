using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the tags. Several controllers share one; the document would otherwise use the summary of the first.</summary>
internal sealed class TagsFilter : IDocumentFilter
{
    private static readonly Dictionary<string, string> s_descriptions = new()
    {
        ["Character references"] = "Upload, list, deliver and delete character reference images.",
        ["Generations"] = "Generate images; list, watch, cancel and retry generations, which outlive the requests that start them.",
        ["Jobs"] = "The images a job uses, and its files as one set: persist, verify, repair, restore, download.",
        ["Models"] = "The models and flavors that requests may name.",
        ["Operation"] = "The current configuration and the health of the service.",
        ["Storage of character references"] = "Copies of images in the object store, and presigned URLs for them.",
    };

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var tag in swaggerDoc.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = s_descriptions[tag.Name!];
        }
    }
}
