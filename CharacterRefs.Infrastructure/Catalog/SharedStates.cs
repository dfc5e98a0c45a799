using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>States as rows.</summary>
internal sealed class SharedStates(CatalogDatabase database) : ISharedStates
{
    public Task ChangeAsync(string name, Func<string?, string> change, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            // Before the read, so that no other node changes the state in between.
            await using var transaction = await database.BeginAsync(context, [CatalogLock.State(name)], cancellationToken);
            var row = await context.SharedStates.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
            var changed = change(row?.State);
            if (row is null)
            {
                context.SharedStates.Add(new SharedStateRow { Name = name, State = changed });
            }
            else
            {
                row.State = changed;
            }

            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return changed;
        },
        cancellationToken);
}
