using System.Text.Json;
using System.Text.Json.Nodes;

namespace CharacterRefs.Tests.Support.Replicate;

internal static class JsonNodeWriting
{
    public static void WriteOrNull(this JsonNode? node, Utf8JsonWriter json)
    {
        if (node is null)
        {
            json.WriteNullValue();
        }
        else
        {
            node.WriteTo(json);
        }
    }
}
