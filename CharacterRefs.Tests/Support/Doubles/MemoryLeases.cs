using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Leases in memory that never expire.</summary>
internal sealed class MemoryLeases : IJobLeases
{
    private readonly ConcurrentDictionary<JobId, (Guid Holder, DateTimeOffset Until)> _held = new();

    public Task<DateTimeOffset?> TryTakeAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var held = _held.GetOrAdd(jobId, (holder, until));
        return Task.FromResult<DateTimeOffset?>(held.Holder == holder ? null : held.Until);
    }

    public Task<bool> RenewAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken) =>
        Task.FromResult(_held.TryGetValue(jobId, out var held) && held.Holder == holder);

    public Task<bool> BreakAsync(JobId jobId, CancellationToken cancellationToken) => Task.FromResult(_held.TryRemove(jobId, out _));

    public Task ReleaseAsync(JobId jobId, Guid holder, CancellationToken cancellationToken)
    {
        _held.TryRemove(jobId, out _);
        return Task.CompletedTask;
    }
}
