using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>A directory of this machine: there is nothing between us and it.</summary>
internal sealed class AlwaysReachable : IStoreReachability
{
    public bool IsReachable => true;

    public AssetStoreUnavailableException? Problem => null;
}
