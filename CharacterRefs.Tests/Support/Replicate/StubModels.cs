using System.Text.Json.Nodes;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>
/// Models with schemas in the shapes that Replicate publishes. The same names as real ones, so that a default configuration runs against the stub.
/// </summary>
internal static class StubModels
{
    /// <summary>One URL; enums by <c>allOf</c>; safety by number.</summary>
    public const string FluxPro = "black-forest-labs/flux-1.1-pro";

    /// <summary>A list of URLs.</summary>
    public const string FluxSchnell = "black-forest-labs/flux-schnell";

    /// <summary>Edits one image; its default shape is that of the image.</summary>
    public const string Kontext = "black-forest-labs/flux-kontext-pro";

    /// <summary>No seed; safety by words.</summary>
    public const string Imagen = "google/imagen-4";

    /// <summary>Requires a reference.</summary>
    public const string IdeogramCharacter = "ideogram-ai/ideogram-character";

    /// <summary>Takes a list of images.</summary>
    public const string NanoBanana = "google/nano-banana";

    /// <summary>Not official: its own route is a 404.</summary>
    public const string Community = "someone/sketch-people";

    /// <summary>Publishes no schema.</summary>
    public const string Bare = "someone/bare";

    public static IEnumerable<PublishedModel> All =>
    [
        Load(FluxPro, "flux-1.1-pro"),
        Load(FluxSchnell, "flux-schnell"),
        Load(Kontext, "flux-kontext-pro"),
        Load(Imagen, "imagen-4"),
        Load(IdeogramCharacter, "ideogram-character"),
        Load(NanoBanana, "nano-banana"),
        Load(Community, "sketch-people") with { IsCommunity = true },
        new(Bare, null, false),
    ];

    /// <summary>The <c>components.schemas</c> of one of them.</summary>
    public static JsonObject? SchemasOf(string model) => All.Single(known => known.Name == model).Schemas;

    private static PublishedModel Load(string name, string file)
    {
        using var json = typeof(StubModels).Assembly.GetManifestResourceStream($"replicate-models/{file}.json")
            ?? throw new InvalidOperationException($"No schema {file}.");
        return new PublishedModel(name, JsonNode.Parse(json)!.AsObject(), false);
    }
}
