namespace CharacterRefs.Infrastructure.Catalog.Transfer;

/// <summary>The copy of one table, whatever its rows are.</summary>
internal interface ITableCopy
{
    /// <summary>How many rows the source has.</summary>
    Task<int> CountAsync(CancellationToken cancellationToken);

    /// <summary>Copies the rows that the target lacks, and compares all.</summary>
    /// <param name="advance">Called three times for each row: when it is in the copy, and when it is compared here and there.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    Task<CopiedTable> RunAsync(Action advance, CancellationToken cancellationToken);
}
