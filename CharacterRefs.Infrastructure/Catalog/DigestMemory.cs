using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Digests of workspace files, as rows.</summary>
internal sealed class DigestMemory(CatalogDatabase database) : IDigestMemory
{
    // Each value is a parameter of the statement, and databases limit their number.
    private const int RowsPerStatement = 100;

    public Task<IReadOnlyDictionary<string, RememberedDigest>> RecallAsync(string workspace, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, RememberedDigest>>(
            async context => await DigestsOf(context, workspace).AsNoTracking().ToDictionaryAsync(
                row => row.Path,
                row => new RememberedDigest(row.Path, row.Stamp, new ContentDigest(row.SizeBytes, ContentHash.Parse(row.Sha256), checked((uint)row.Crc32))),
                cancellationToken),
            cancellationToken);

    public Task RememberAsync(string workspace, IReadOnlyCollection<RememberedDigest> digests, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

            // In one order everywhere, so that two processes wait for each other and do not lock each other out.
            foreach (var rows in digests.OrderBy(digest => digest.Path, StringComparer.Ordinal).Chunk(RowsPerStatement))
            {
                await context.Database.ExecuteSqlRawAsync(ReplaceStatement(rows.Length), ParametersOf(workspace, rows), cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return digests.Count;
        },
        cancellationToken);

    public Task ForgetAsync(string workspace, CancellationToken cancellationToken) =>
        database.WriteAsync(context => DigestsOf(context, workspace).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Writes many rows by one statement, which change tracking cannot do: a thousand files are ten statements instead of a thousand. Valid in SQLite and
    /// PostgreSQL.
    /// </summary>
    private static string ReplaceStatement(int rows)
    {
        var values = Enumerable.Range(0, rows)
            .Select(row => (row * 5) + 1)
            .Select(first => $"({{0}}, {{{first}}}, {{{first + 1}}}, {{{first + 2}}}, {{{first + 3}}}, {{{first + 4}}})");
        return $"""
            INSERT INTO "workspace_digests" ("Workspace", "Path", "Stamp", "SizeBytes", "Sha256", "Crc32") VALUES {string.Join(", ", values)}
            ON CONFLICT ("Workspace", "Path") DO UPDATE SET
            "Stamp" = excluded."Stamp", "SizeBytes" = excluded."SizeBytes", "Sha256" = excluded."Sha256", "Crc32" = excluded."Crc32"
            """;
    }

    private static IEnumerable<object> ParametersOf(string workspace, IEnumerable<RememberedDigest> rows) =>
        rows.SelectMany(row => new object[] { row.Path, row.Stamp, row.Digest.SizeBytes, row.Digest.Sha256.ToString(), (long)row.Digest.Crc32 })
            .Prepend(workspace);

    private static IQueryable<WorkspaceDigestRow> DigestsOf(CatalogDbContext context, string workspace) =>
        context.WorkspaceDigests.Where(row => row.Workspace == workspace);
}
