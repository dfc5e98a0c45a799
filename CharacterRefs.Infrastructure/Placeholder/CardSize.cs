namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>Size of a card in pixels: about a megapixel in the requested aspect ratio, like image models, with sides that are multiples of 16.</summary>
internal readonly record struct CardSize(int Width, int Height)
{
    private const double Pixels = 1024 * 1024;
    private const int Step = 16;

    /// <summary>The size for an aspect ratio.</summary>
    public static CardSize For(AspectRatio ratio)
    {
        var width = Math.Sqrt(Pixels * ratio.Width / ratio.Height);
        return new CardSize(Round(width), Round(Pixels / width));
    }

    private static int Round(double side) => (int)Math.Round(side / Step) * Step;
}
