using System.Text.RegularExpressions;
using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// The digital source type (IPTC vocabulary), by which tools recognize images that a model made. It is the only metadata that derivatives carry.
/// </summary>
internal static partial class SourceTypeMark
{
    /// <summary>The name under which libvips keeps XMP.</summary>
    public const string Field = "xmp-data";

    private const string Vocabulary = "http://cv.iptc.org/newscodes/digitalsourcetype/";

    /// <summary>The XMP packet for a derivative: with the mark of the source, otherwise the one that its record implies; <c>null</c> without one.</summary>
    public static byte[]? PacketFor(Image source, CharacterReference reference) =>
        (TypeOf(source) ?? (reference.Origin is ReferenceOrigin.Generated ? "trainedAlgorithmicMedia" : null)) is { } type
            ? Encoding.UTF8.GetBytes(
                $"""
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
                xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="{Vocabulary}{type}"/></rdf:RDF></x:xmpmeta>
                """)
            : null;

    private static string? TypeOf(Image image) =>
        image.Contains(Field) && image.Get(Field) is byte[] xmp && Mark().Match(Encoding.Latin1.GetString(xmp)) is { Success: true } match
            ? match.Groups[1].Value
            : null;

    [GeneratedRegex(Vocabulary + "([A-Za-z]{1,64})")]
    private static partial Regex Mark();
}
