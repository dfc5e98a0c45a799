using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Infrastructure.Catalog.Transfer;

/// <summary>The copy of one table, whatever its rows are.</summary>
internal interface ITableCopy
{
    /// <summary>Copies the rows that the target lacks, and compares all.</summary>
    Task<CopiedTable> RunAsync(CancellationToken cancellationToken);
}
