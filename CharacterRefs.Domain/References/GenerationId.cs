namespace CharacterRefs.Domain.References;

/// <summary>Identity of one generate request: a UUID of version 7.</summary>
public readonly record struct GenerationId(Guid Value)
{
    /// <summary>A new id whose leading 48 bits are this time.</summary>
    public static GenerationId Create(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>The 36-character form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
