namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>What the drawn figure wears.</summary>
internal enum Outfit
{
    Tunic,
    Robe,
    Armour,
    Coat,
}
