namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>What became of a signed URL of ours. Only <see cref="Valid"/> is served; the others are told apart for the log.</summary>
internal enum LocalUrlVerdict
{
    /// <summary>Not signed by us, or changed since, or for another method.</summary>
    Forged,

    /// <summary>Signed by us, but its time is over.</summary>
    Expired,

    /// <summary>Signed by us and in time.</summary>
    Valid,
}
