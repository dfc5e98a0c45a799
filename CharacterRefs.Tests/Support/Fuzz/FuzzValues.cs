using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CharacterRefs.Tests.Support.Fuzz;

/// <summary>Values that fit a JSON schema, nearly fit it, or do not fit at all, as bytes.</summary>
internal sealed class FuzzValues(Random random, JsonElement schemas, IReadOnlyDictionary<string, string> known)
{
    private const int DeepestSchema = 6;

    private static readonly string[] s_texts =
    [
        "", " ", "a", "\0", "\u200B", "\uFEFF", "é", "e\u0301", "😀", "\uD800", "../..", "..", ".", "/", "//", "\\", "%", "%00", "%2e%2e", "a/b",
        "a\r\nb", "null", "true", "0", "-1", "1e9", "NaN", "9223372036854775808", "99999999999999999999", "0x10", "1:1", "0:0", "99999999:1", "png",
        "2026-01-01", "9999-12-31T23:59:59Z",
        "00000000-0000-0000-0000-000000000000", "owner/name", "{", "[]", "'", "\"", "CON", "metadata.json", "final/movie.mp4", new('x', 300), new('é', 5000),
    ];

    private static readonly string[] s_numbers =
    [
        "0", "-0", "1", "-1", "2", "4", "5", "100", "1.0", "1.5", "1e2", "1e400", "-1e400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "123456789012345678901234567890", "0.1e-999", "01", "+1", "0x1", "NaN", "Infinity", ".5", "5.",
    ];

    private static readonly byte[][] s_broken =
    [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x00], "\\ud800"u8.ToArray(),
        "\\udc00\\ud800"u8.ToArray(), "\\u00"u8.ToArray(),
        "\\x"u8.ToArray(), [0xEF, 0xBB, 0xBF],
    ];

    /// <summary>A JSON value for the schema; one in a few does not fit it.</summary>
    public byte[] Json(JsonElement schema, int depth = 0)
    {
        if (Chance(8))
        {
            return Anything();
        }

        schema = Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var choices) || schema.TryGetProperty("anyOf", out choices) || schema.TryGetProperty("allOf", out choices))
        {
            return Json(Pick([.. choices.EnumerateArray()]), depth + 1);
        }

        return TypeOf(schema) switch
        {
            _ when depth > DeepestSchema => "null"u8.ToArray(),
            "object" => Object(schema, depth),
            "array" => List(schema.TryGetProperty("items", out var items) ? items : default, depth),
            "integer" or "number" => Encoding.ASCII.GetBytes(Chance(2) ? Number(schema) : Pick(s_numbers)),
            "boolean" => Encoding.ASCII.GetBytes(Pick("true", "false", "0", "\"true\"", "null", "True")),
            "string" => Quoted(Chance(3) ? Pick(s_texts) : Text(schema, "")),
            _ => Anything(),
        };
    }

    /// <summary>A text for a parameter of that name.</summary>
    public string Text(JsonElement schema, string name)
    {
        schema = Resolve(schema);
        if (known.TryGetValue(name, out var value) && !Chance(3))
        {
            return value;
        }

        return Chance(3) ? Pick(s_texts)
            : schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty("enum", out var values) ? Pick([.. values.EnumerateArray()]).ToString()
            : TypeOf(schema) is "integer" or "number" ? (Chance(2) ? Number(schema) : Pick(s_numbers))
            : TypeOf(schema) is "boolean" ? Pick("true", "false", "1", "TRUE", "yes")
            : schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty("example", out var example) ? example.ToString()
            : known.Count > 0 ? Pick([.. known.Values])
            : Pick(s_texts);
    }

    /// <summary>True once in that many times.</summary>
    public bool Chance(int times) => random.Next(times) == 0;

    public T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>Adds, removes or replaces some bytes.</summary>
    public byte[] Damage(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return Pick(s_broken);
        }

        var at = random.Next(bytes.Length);
        return random.Next(4) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. Pick(s_broken), .. bytes[at..]],
            2 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            _ => [.. bytes, .. bytes[at..]],
        };
    }

    private static string? TypeOf(JsonElement schema) =>
        schema.ValueKind is not JsonValueKind.Object || !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()).FirstOrDefault(name => name is not "null")
        : type.GetString();

    private byte[] Object(JsonElement schema, int depth)
    {
        var members = new List<byte[]>();
        foreach (var member in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default)
        {
            if (!Chance(3))
            {
                members.Add(Member(Encoding.UTF8.GetBytes(member.Name), Json(member.Value, depth + 1)));
            }
        }

        if (members.Count > 0 && Chance(8))
        {
            members.Add(Pick([.. members])); // twice
        }

        if (Chance(6))
        {
            members.Add(Member(Chance(2) ? Pick(s_broken) : Encoding.UTF8.GetBytes(Pick(s_texts)), Anything()));
        }

        return [(byte)'{', .. members.SelectMany((member, index) => index == 0 ? member : [(byte)',', .. member]), (byte)'}'];
    }

    private byte[] List(JsonElement items, int depth)
    {
        var count = Pick(0, 1, 1, 2, 3, 20);
        var values = Enumerable.Range(0, count).SelectMany(index => (byte[])[.. index == 0 ? [] : ","u8.ToArray(), .. Json(items, depth + 1)]);
        return [(byte)'[', .. values, (byte)']'];
    }

    private byte[] Anything() => random.Next(11) switch
    {
        0 => "null"u8.ToArray(),
        1 => Encoding.ASCII.GetBytes(Pick(s_numbers)),
        2 => "[]"u8.ToArray(),
        3 => "{}"u8.ToArray(),
        4 => Encoding.ASCII.GetBytes(new string('[', 100) + new string(']', 100)),
        5 => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70)),
        6 => "true"u8.ToArray(),
        7 => [],
        8 => [(byte)'{', .. Member(Pick(s_broken), "1"u8.ToArray()), (byte)'}'],
        9 => [(byte)'"', .. Pick(s_broken), (byte)'"'],
        _ => Quoted(Pick(s_texts)),
    };

    private static byte[] Member(byte[] name, byte[] value) => [(byte)'"', .. name, (byte)'"', (byte)':', .. value];

    private static byte[] Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    private string Number(JsonElement schema)
    {
        var low = schema.TryGetProperty("minimum", out var minimum) && minimum.TryGetInt64(out var least) ? least : 0;
        var high = schema.TryGetProperty("maximum", out var maximum) && maximum.TryGetInt64(out var most) ? most : 100;
        return Pick(low - 1, low, high, high + 1, random.NextInt64(low, Math.Max(low + 1, high))).ToString(CultureInfo.InvariantCulture);
    }

    private JsonElement Resolve(JsonElement schema) =>
        schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference)
            ? schemas.GetProperty(reference.GetString()!.Split('/')[^1])
            : schema;
}
