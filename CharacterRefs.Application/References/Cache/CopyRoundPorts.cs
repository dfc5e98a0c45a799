using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References.Cache;

/// <summary>What <see cref="CopyRound"/> reads and records.</summary>
public sealed record CopyRoundPorts(
    IReferenceCatalog Catalog, IUploadQueue Queue, IReferenceFiles Files, IStoreReachability Reachability, ICatalogNode Node);
