using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>What <see cref="ThumbWorker"/> reads, and whether it is its duty.</summary>
internal sealed record ThumbPorts(IDerivativeCatalog Catalog, IDerivativeFiles Files, ICatalogNode Node);
