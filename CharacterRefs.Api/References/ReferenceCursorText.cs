using System.Buffers.Text;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Api.References;

/// <summary>Writes and reads cursors: base64url of two numbers, opaque to clients.</summary>
internal static class ReferenceCursorText
{
    private const char Separator = '.';

    public static string Write(ReferenceCursor cursor) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{cursor.CreatedAt}{Separator}{cursor.Sequence}")));

    /// <summary>Returns <c>null</c> for a text that is not a cursor.</summary>
    public static ReferenceCursor? Read(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var createdAt)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new ReferenceCursor(createdAt, sequence)
            : null;
    }
}
