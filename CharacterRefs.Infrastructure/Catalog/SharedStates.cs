using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Small states that the nodes on a catalog share.</summary>
internal sealed class SharedStates(CatalogDatabase database)
{
    /// <summary>Changes a state, one service at a time.</summary>
    /// <param name="name">Which state.</param>
    /// <param name="change">
    /// Returns the new state from the recorded one, <c>null</c> when there is none. It runs again when the write lost to another one.
    /// </param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The catalog failed.</exception>
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
