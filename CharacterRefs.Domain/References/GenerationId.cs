namespace CharacterRefs.Domain.References;

/// <summary>Identity of one generate request: a UUID of version 7.</summary>
public readonly record struct GenerationId(Guid Value)
{
    /// <summary>A new id whose leading 48 bits are this time.</summary>
    public static GenerationId Create(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the 36-character form with four dashes, in either case.</summary>
    public static bool TryParse(string? text, out GenerationId id)
    {
        var ok = CharacterReferenceId.TryParse(text, out var same);
        id = new GenerationId(same.Value);
        return ok;
    }

    /// <summary>The 36-character form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
