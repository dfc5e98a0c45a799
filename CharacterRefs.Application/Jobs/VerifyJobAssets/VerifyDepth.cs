namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>How closely a set is looked at.</summary>
public enum VerifyDepth
{
    /// <summary>Presence and length, by one listing.</summary>
    Size,

    /// <summary>Also every byte, by reading everything.</summary>
    Hash,
}
