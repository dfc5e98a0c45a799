using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CharacterRefs.Tests.Support;

/// <summary>Notes the commands that reach the database.</summary>
internal sealed class SqlCommands : DbCommandInterceptor
{
    private readonly ConcurrentQueue<string> _texts = [];

    public IReadOnlyCollection<string> Texts => _texts;

    public int Count => _texts.Count;

    /// <summary>Commands that read or write rows. Signals to other nodes are sent after their write, so a count of all commands changes with time.</summary>
    public IReadOnlyList<string> OnRows => [.. _texts.Where(text => !text.Contains("pg_notify", StringComparison.Ordinal))];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        _texts.Enqueue(result.CommandText);
        return result;
    }
}
