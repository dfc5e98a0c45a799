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

    /// <summary>Those that read or write rows. A signal to other processes is sent beside its write and later, so a count of all commands is not settled.</summary>
    public IReadOnlyList<string> OnRows => [.. _texts.Where(text => !text.Contains("pg_notify", StringComparison.Ordinal))];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        _texts.Enqueue(result.CommandText);
        return result;
    }
}
