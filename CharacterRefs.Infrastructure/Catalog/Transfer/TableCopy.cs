using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace CharacterRefs.Infrastructure.Catalog.Transfer;

/// <summary>Copies the rows of one table from one catalog to another, in the order of their keys.</summary>
internal sealed class TableCopy<TRow>(CatalogDbContext source, CatalogDbContext target, TransferEnd reading, TransferEnd writing) : ITableCopy
    where TRow : class
{
    private const int RowsAtOnce = 1000;

    private IEntityType Type => source.Model.FindEntityType(typeof(TRow))!;

    public Task<int> CountAsync(CancellationToken cancellationToken) => source.Set<TRow>().CountAsync(cancellationToken);

    public async Task<CopiedTable> RunAsync(Action advance, CancellationToken cancellationToken)
    {
        await AddMissingAsync(advance, cancellationToken);
        await writing.RunAsync(() => ContinueNumbersAsync(cancellationToken));
        return new CopiedTable(
            Type.GetTableName()!,
            await reading.RunAsync(() => ReadAsync(source, advance, cancellationToken)),
            await writing.RunAsync(() => ReadAsync(target, advance, cancellationToken)));
    }

    private async Task AddMissingAsync(Action advance, CancellationToken cancellationToken)
    {
        // Of an earlier run: batches are committed in the same order.
        var done = await writing.RunAsync(() => target.Set<TRow>().CountAsync(cancellationToken));
        for (var row = 0; row < done; row++)
        {
            advance();
        }

        var added = 0;
        await using var rows = InOrder(source).Skip(done).AsAsyncEnumerable().GetAsyncEnumerator(cancellationToken);
        while (await reading.RunAsync(() => rows.MoveNextAsync().AsTask()))
        {
            target.Add(rows.Current);
            advance();
            if (++added % RowsAtOnce == 0)
            {
                await writing.RunAsync(() => SaveAsync(cancellationToken));
            }
        }

        await writing.RunAsync(() => SaveAsync(cancellationToken));
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await target.SaveChangesAsync(cancellationToken);
        target.ChangeTracker.Clear();
    }

    /// <summary>PostgreSQL does not see that the numbers of the rows came with them.</summary>
    private async Task ContinueNumbersAsync(CancellationToken cancellationToken)
    {
        if (target.Database.IsNpgsql() && Type.FindPrimaryKey()!.Properties is [{ ValueGenerated: ValueGenerated.OnAdd } key] && key.ClrType == typeof(long)
            && await target.Set<TRow>().MaxAsync(row => (long?)EF.Property<long>(row, key.Name), cancellationToken) is { } last)
        {
            var table = $"\"{Type.GetTableName()}\"";
            await target.Database.ExecuteSqlAsync($"SELECT setval(pg_get_serial_sequence({table}, {key.GetColumnName()}), {last})", cancellationToken);
        }
    }

    private async Task<TableContent> ReadAsync(CatalogDbContext context, Action advance, CancellationToken cancellationToken)
    {
        var columns = Type.GetProperties().Select(property => property.PropertyInfo!).OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
        var rows = 0L;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var row in InOrder(context).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            rows++;
            advance();
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(columns.Select(column => column.GetValue(row))));
        }

        return new TableContent(rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // Both engines compare text byte by byte and ids as their text.
    private IQueryable<TRow> InOrder(CatalogDbContext context)
    {
        IOrderedQueryable<TRow>? ordered = null;
        foreach (var name in Type.FindPrimaryKey()!.Properties.Select(property => property.Name))
        {
            ordered = ordered is null
                ? context.Set<TRow>().AsNoTracking().OrderBy(row => EF.Property<object>(row, name))
                : ordered.ThenBy(row => EF.Property<object>(row, name));
        }

        return ordered!;
    }
}
