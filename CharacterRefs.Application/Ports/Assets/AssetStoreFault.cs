namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Why a request to a store failed.</summary>
public enum AssetStoreFault
{
    /// <summary>No response, a late response, or one that requests a retry. It may be temporary.</summary>
    Unreachable,

    /// <summary>The store rejects the request: keys, rights, bucket, region, clock, quota, a full disk. An operator has to act.</summary>
    Rejected,

    /// <summary>No request was sent, because no credentials were found.</summary>
    NoCredentials,
}
