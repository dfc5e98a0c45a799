namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>The only process on its catalog: <c>DATA_ROOT</c> is locked, so all work and each duty is its own, without a query.</summary>
internal sealed class SingleNode : ICatalogNode
{
    public Guid Id { get; } = Guid.NewGuid();

    public bool IsAlone => true;

    public bool HasLease => true;

    public bool MayTakeOver => true;

    public Task<bool> TryTakeAsync(NodeDuty duty, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task GiveUpAsync(NodeDuty duty, CancellationToken cancellationToken) => Task.CompletedTask;
}
