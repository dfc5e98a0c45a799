using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>Single values as JSON.</summary>
internal static class InputJson
{
    public static JsonElement Of(string value) => JsonSerializer.SerializeToElement(value, WireJson.Default.String);

    public static JsonElement Of(int value) => JsonSerializer.SerializeToElement(value, WireJson.Default.Int32);

    public static JsonElement ListOf(string[] values) => JsonSerializer.SerializeToElement(values, WireJson.Default.StringArray);
}
