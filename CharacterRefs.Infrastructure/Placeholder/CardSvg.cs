using System.Xml;

namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>Composes the card: background, figure, palette, description, seed and the label that distinguishes it from a generated image.</summary>
internal static class CardSvg
{
    private const int Margin = 36;
    private const int FooterHeight = 44;

    /// <summary>The card as one SVG document without external references.</summary>
    public static string Compose(string description, int seed, CardSize size)
    {
        var traits = CharacterTraits.From(new TraitSource(description, seed));
        var isWide = size.Width > size.Height * 1.2;
        var margin = Math.Min(Margin, Math.Min(size.Width, size.Height) / 10);

        // Wide cards have the text next to the figure, others below it.
        var figureWidth = isWide ? Math.Min(size.Width / 2, size.Height) : size.Width;
        var figureHeight = isWide ? size.Height : Math.Min((int)(size.Height * 0.76), (int)(size.Width * 1.9));
        var textX = isWide ? figureWidth + (margin / 2) : margin;
        var textY = isWide ? margin * 2 : figureHeight + (margin / 2);
        var textWidth = size.Width - textX - margin;
        var textHeight = size.Height - textY - FooterHeight - (margin / 2);
        var scale = Math.Min((figureWidth - margin) / (double)FigureSvg.Width, (figureHeight - margin) / (double)FigureSvg.Height);
        var (left, top) = ((figureWidth - (FigureSvg.Width * scale)) / 2, figureHeight - (FigureSvg.Height * scale) - (isWide ? margin / 2 : 0));

        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' width='{size.Width}' height='{size.Height}' font-family='sans-serif'>");
        const string Shades = "<stop offset='0' stop-color='#f7f5f1'/><stop offset='1' stop-color='#dedad3'/>";
        Add(svg, $"<defs><linearGradient id='b' x1='0' y1='0' x2='0' y2='1'>{Shades}</linearGradient></defs>");
        Add(svg, $"<rect width='{size.Width}' height='{size.Height}' fill='url(#b)'/>");
        var radius = Math.Min(figureWidth, figureHeight) * 0.42;
        Add(svg, $"<circle cx='{figureWidth / 2}' cy='{figureHeight * 0.52:0.#}' r='{radius:0.#}' fill='{traits.Backdrop}'/>");
        Add(svg, $"<g transform='translate({left:0.###} {top:0.###}) scale({scale:0.#####})'>\n{FigureSvg.Draw(traits)}</g>");
        AddText(svg, WrappedText.Fit(Printable(description), textWidth, textHeight), textX, textY);
        AddFooter(svg, traits, seed, textX, size.Height - margin, textWidth);
        return svg.Append("</svg>").ToString();
    }

    private static void AddText(StringBuilder svg, WrappedText text, int x, int y)
    {
        for (var i = 0; i < text.Lines.Count; i++)
        {
            var baseline = y + (text.FontSize * (1 + (i * WrappedText.LineHeight)));
            Add(svg, $"<text x='{x}' y='{baseline:0.#}' font-size='{text.FontSize}' fill='#33302c'>{Escape(text.Lines[i])}</text>");
        }
    }

    private static void AddFooter(StringBuilder svg, CharacterTraits traits, int seed, int x, int y, int width)
    {
        string[] palette = [traits.Main, traits.Second, traits.Accent, traits.Hair, traits.Skin];
        for (var i = 0; i < palette.Length; i++)
        {
            Add(svg, $"<circle cx='{x + 9 + (i * 22)}' cy='{y - 6}' r='9' fill='{palette[i]}' stroke='#fff' stroke-width='2'/>");
        }

        Add(svg, $"<text x='{x + width}' y='{y}' font-size='{(width < 400 ? 14 : 18)}' text-anchor='end' fill='#7d776e'>seed {seed} · placeholder</text>");
    }

    /// <summary>Only characters that XML allows: control characters and lone surrogates would make the document invalid.</summary>
    private static string Printable(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            kept.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? " " : rune.ToString());
        }

        return kept.ToString();
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static void Add(StringBuilder svg, FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
