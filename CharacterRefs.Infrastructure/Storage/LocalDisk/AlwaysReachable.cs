namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>The local store is a directory of this machine, so always reachable.</summary>
internal sealed class AlwaysReachable : IStoreReachability
{
    public bool IsReachable => true;

    public AssetStoreUnavailableException? Problem => null;
}
