using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A model that the stub offers.</summary>
/// <param name="Name"><c>owner/name</c>.</param>
/// <param name="Schemas">The members of <c>components.schemas</c>; <c>null</c> publishes none.</param>
/// <param name="IsCommunity">Has no route of its own and needs a version.</param>
internal sealed record PublishedModel(string Name, JsonObject? Schemas, bool IsCommunity)
{
    public string Version { get; init; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)));

    /// <summary>Whether an input may have this name.</summary>
    public bool Knows(string input) => Schemas is null ? input == "prompt" : Schemas["Input"]?["properties"]?[input] is not null;

    /// <summary>A URL, alone or in a list as the schema says.</summary>
    public JsonNode? Output(string url, byte[] image) => Schemas?["Output"]?["type"]?.GetValue<string>() == "array" ? new JsonArray(url) : url;

    public string Document => new JsonObject
    {
        ["url"] = $"https://replicate.com/{Name}",
        ["owner"] = Name.Split('/')[0],
        ["name"] = Name.Split('/')[1],
        ["visibility"] = "public",
        ["latest_version"] = VersionNode,
    }.ToJsonString();

    /// <summary>The version without the model.</summary>
    public string VersionDocument => VersionNode.ToJsonString();

    /// <summary>A deployment that runs it.</summary>
    public string DeploymentDocument(string owner, string name) => new JsonObject
    {
        ["owner"] = owner,
        ["name"] = name,
        ["current_release"] = new JsonObject { ["number"] = 3, ["model"] = Name, ["version"] = Version, ["created_at"] = "2026-10-04T08:28:52.901002Z" },
    }.ToJsonString();

    private JsonObject VersionNode => new()
    {
        ["id"] = Version,
        ["cog_version"] = "0.9.0",
        ["openapi_schema"] = Schemas is null
            ? new JsonObject()
            : new JsonObject { ["openapi"] = "3.0.2", ["components"] = new JsonObject { ["schemas"] = Schemas.DeepClone() } },
    };
}
