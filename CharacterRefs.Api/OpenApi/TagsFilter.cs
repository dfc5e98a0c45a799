using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the tags that several controllers share; by itself the document takes the words of the one whose name comes first.</summary>
internal sealed class TagsFilter : IDocumentFilter
{
    private static readonly Dictionary<string, string> s_descriptions = new()
    {
        ["Jobs"] = "The images that a job uses, and its files: stored as one set, verified, and brought back.",
        ["Storage of character references"] = "Copies of images in the store, and addresses to read them.",
    };

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var tag in swaggerDoc.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = s_descriptions.GetValueOrDefault(tag.Name ?? "", tag.Description ?? "");
        }
    }
}
