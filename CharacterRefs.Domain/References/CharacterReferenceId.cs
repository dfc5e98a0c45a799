namespace CharacterRefs.Domain.References;

/// <summary>Identity of a character reference image: a UUID of version 7 when created here, of any version when adopted.</summary>
public readonly record struct CharacterReferenceId(Guid Value)
{
    /// <summary>A new id whose leading 48 bits are this time, so that ids sort by age.</summary>
    public static CharacterReferenceId Create(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the 36-character form with four dashes, in either case; braces, bare digits and the nil UUID are rejected.</summary>
    public static bool TryParse(string? text, out CharacterReferenceId id)
    {
        // The parser of the base library also accepts surrounding spaces, signs and 0x.
        var ok = Guid.TryParseExact(text, "D", out var value) && value != Guid.Empty
            && string.Equals(value.ToString("D"), text, StringComparison.OrdinalIgnoreCase);
        id = ok ? new CharacterReferenceId(value) : default;
        return ok;
    }

    /// <summary>The 36-character form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
