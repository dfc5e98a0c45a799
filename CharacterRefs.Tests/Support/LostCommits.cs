using System.Data.Common;
using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CharacterRefs.Tests.Support;

/// <summary>Loses the confirmation of the next commit, as a connection that breaks just then.</summary>
internal sealed class LostCommits : DbTransactionInterceptor
{
    private int _isNextLost;

    public void LoseNext() => Volatile.Write(ref _isNextLost, 1);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _isNextLost, 0) == 1 ? throw new LocalStorageException("The connection broke after the commit.") : Task.CompletedTask;
}
