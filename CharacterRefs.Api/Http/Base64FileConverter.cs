using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CharacterRefs.Api.Http;

/// <summary>Writes a file as one base64 JSON string, a segment at a time.</summary>
internal sealed class Base64FileConverter : JsonConverter<Base64File>
{
    private const int SegmentBytes = 48 * 1024;

    public override Base64File Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Base64 content is written, never read.");

    public override void Write(Utf8JsonWriter writer, Base64File value, JsonSerializerOptions options)
    {
        using var file = File.OpenHandle(value.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        var buffer = ArrayPool<byte>.Shared.Rent(SegmentBytes);
        try
        {
            long offset = 0;
            while (offset < length)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, SegmentBytes), offset);
                if (read == 0)
                {
                    throw new EndOfStreamException("An image file became shorter while it was sent.");
                }

                offset += read;
                writer.WriteBase64StringSegment(buffer.AsSpan(0, read), isFinalSegment: offset >= length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
