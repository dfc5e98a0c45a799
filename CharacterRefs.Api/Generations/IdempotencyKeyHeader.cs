using System.Text.Json.Serialization;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Api.Generations;

/// <summary>
/// Reads the <c>Idempotency-Key</c> header: an RFC 8941 string in quotes (draft-ietf-httpapi-idempotency-key-header-07) or, as nearly everybody sends it,
/// bare. Keys belong to the API key that they came with.
/// </summary>
internal static class IdempotencyKeyHeader
{
    public const string HeaderName = "Idempotency-Key";
    private const int LongestKey = 255;

    private static readonly JsonSerializerOptions s_canonical = new() { Converters = { new CanonicalDecimal() } };

    /// <summary>The key of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">What it does; the same body sent elsewhere is another request.</param>
    /// <param name="body">The bound body, whose members have one order, so that its serialization is canonical.</param>
    /// <returns>The key, <c>null</c> without the header, or the error on the header.</returns>
    public static Result<OptionalKey> Read(HttpContext context, string operation, object body)
    {
        var values = context.Request.Headers[HeaderName];
        if (values.Count == 0)
        {
            return new OptionalKey(null);
        }

        if (values.Count > 1 || Unquote(values.ToString()) is not { } key)
        {
            return Error.Invalid(
                HeaderName, $"{HeaderName} must be one value of 1 to {LongestKey} printable ASCII characters, bare or in double quotes.");
        }

        var owner = context.Request.Headers[ApiKeys.HeaderName].ToString();
        return new OptionalKey(
            new IdempotencyKey(owner.Length > 0 ? Hash(owner) : "", key, Hash($"{operation}\n{JsonSerializer.Serialize(body, body.GetType(), s_canonical)}")));
    }

    /// <summary>A key, or none.</summary>
    public sealed record OptionalKey(IdempotencyKey? Value);

    private static string? Unquote(string value)
    {
        if (value is ['"', .., '"'] && value.Length > 1)
        {
            value = value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        }

        return value.Length is >= 1 and <= LongestKey && value.All(c => c is >= ' ' and <= '~') ? value : null;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Without trailing zeros, which a decimal keeps: 0.5 and 0.50 are one number.</summary>
    private sealed class CanonicalDecimal : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString("G29", CultureInfo.InvariantCulture));
    }
}
