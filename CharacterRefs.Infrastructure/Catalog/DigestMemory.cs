using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>What files of workspaces were, as rows.</summary>
internal sealed class DigestMemory(CatalogDatabase database) : IDigestMemory
{
    // Each path is a parameter of a statement, and databases bound their number.
    private const int PathsPerStatement = 500;

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
            foreach (var paths in digests.Select(digest => digest.Path).Chunk(PathsPerStatement))
            {
                await DigestsOf(context, workspace).Where(row => paths.Contains(row.Path)).ExecuteDeleteAsync(cancellationToken);
            }

            context.WorkspaceDigests.AddRange(digests.Select(digest => new WorkspaceDigestRow
            {
                Workspace = workspace,
                Path = digest.Path,
                Stamp = digest.Stamp,
                SizeBytes = digest.Digest.SizeBytes,
                Sha256 = digest.Digest.Sha256.ToString(),
                Crc32 = digest.Digest.Crc32,
            }));
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return digests.Count;
        },
        cancellationToken);

    public Task ForgetAsync(string workspace, CancellationToken cancellationToken) =>
        database.WriteAsync(context => DigestsOf(context, workspace).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    private static IQueryable<WorkspaceDigestRow> DigestsOf(CatalogDbContext context, string workspace) =>
        context.WorkspaceDigests.Where(row => row.Workspace == workspace);
}
