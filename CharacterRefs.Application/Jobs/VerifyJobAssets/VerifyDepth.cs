namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>What is compared when a set is verified.</summary>
public enum VerifyDepth
{
    /// <summary>Existence and length, by one listing.</summary>
    Size,

    /// <summary>Also the SHA-256, by reading every file.</summary>
    Hash,
}
