namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>The hair of the drawn figure.</summary>
internal enum HairStyle
{
    Short,
    Long,
    Bun,
    Mohawk,
    Curls,
    Bald,
}
