namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>What the drawn figure wears on its head.</summary>
internal enum Headgear
{
    None,
    Helmet,
    WizardHat,
    Crown,
    Hood,
    Cap,
    Horns,
}
