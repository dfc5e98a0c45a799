namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>What the drawn figure holds.</summary>
internal enum HeldItem
{
    None,
    Staff,
    Sword,
    Shield,
    Lantern,
}
