namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>Traits of the figure, derived from a description and a seed.</summary>
internal sealed record CharacterTraits
{
    private static readonly string[] s_skins = ["#f6d7be", "#eec39f", "#d9a273", "#b97b4f", "#8d5a38", "#5f3b26", "#9fc7a0", "#a9b7de"];
    private static readonly string[] s_hairs = ["#2b2320", "#4a3024", "#7b4a2a", "#b5762f", "#e2bd6a", "#c9c6c2", "#8f2f2a", "#3f5f8a", "#6b4a8c", "#d4698a"];

    public required string Skin { get; init; }

    public required string Hair { get; init; }

    public required string Main { get; init; }

    public required string MainDark { get; init; }

    public required string Second { get; init; }

    public required string SecondDark { get; init; }

    public required string Accent { get; init; }

    public required string Backdrop { get; init; }

    public required HairStyle HairStyle { get; init; }

    public required Headgear Headgear { get; init; }

    public required Outfit Outfit { get; init; }

    public required HeldItem HeldItem { get; init; }

    public required bool HasCape { get; init; }

    public required bool HasBeard { get; init; }

    public required bool HasGlasses { get; init; }

    /// <summary>0 smiles, 1 is calm, 2 grins.</summary>
    public required int Mood { get; init; }

    /// <summary>Half the width of the shoulders.</summary>
    public required int Shoulders { get; init; }

    /// <summary>Half the width of the waist.</summary>
    public required int Waist { get; init; }

    /// <summary>From hip to sole.</summary>
    public required int Legs { get; init; }

    /// <summary>Half the width of the head.</summary>
    public required int Head { get; init; }

    /// <summary>Reads the traits from a source, always in this order.</summary>
    public static CharacterTraits From(TraitSource source)
    {
        var hue = source.Next(360);
        var secondHue = (hue + source.Pick([30, 120, 150, 180, 210, 330])) % 360;
        var saturation = source.Between(38, 68);
        var lightness = source.Between(36, 52);
        return new CharacterTraits
        {
            Skin = source.Pick<string>(s_skins),
            Hair = source.Pick<string>(s_hairs),
            Main = Colour(hue, saturation, lightness),
            MainDark = Colour(hue, saturation, lightness - 12),
            Second = Colour(secondHue, saturation - 10, lightness + 8),
            SecondDark = Colour(secondHue, saturation - 10, lightness - 14),
            Accent = Colour((hue + source.Pick([45, 60, 180, 300])) % 360, 78, 60),
            Backdrop = Colour(secondHue, 22, 86),
            HairStyle = source.Pick<HairStyle>(Enum.GetValues<HairStyle>()),
            Headgear = source.Chance(55) ? source.Pick<Headgear>(Enum.GetValues<Headgear>()) : Headgear.None,
            Outfit = source.Pick<Outfit>(Enum.GetValues<Outfit>()),
            HeldItem = source.Pick<HeldItem>(Enum.GetValues<HeldItem>()),
            HasCape = source.Chance(40),
            HasBeard = source.Chance(22),
            HasGlasses = source.Chance(18),
            Mood = source.Next(3),
            Shoulders = source.Between(62, 88),
            Waist = source.Between(44, 62),
            Legs = source.Between(190, 250),
            Head = source.Between(46, 58),
        };
    }

    private static string Colour(int hue, int saturation, int lightness) =>
        string.Create(CultureInfo.InvariantCulture, $"hsl({hue},{saturation}%,{lightness}%)");
}
