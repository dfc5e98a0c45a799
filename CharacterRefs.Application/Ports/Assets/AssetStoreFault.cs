namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Why a store did not do what it was asked to.</summary>
public enum AssetStoreFault
{
    /// <summary>No answer, an answer that came too late, or one that says "not now". It may pass by itself.</summary>
    Unreachable,

    /// <summary>The store answers and refuses: keys, rights, bucket, region, clock, quota, a full disk. Somebody has to change something.</summary>
    Refused,

    /// <summary>Nothing was asked, because no credentials were found to ask with.</summary>
    NoCredentials,
}
