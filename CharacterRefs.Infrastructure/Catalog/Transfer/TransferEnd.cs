using System.Data.Common;
using System.Net.Sockets;

namespace CharacterRefs.Infrastructure.Catalog.Transfer;

/// <summary>One end of a copy: its faults say which of the two failed.</summary>
/// <param name="problem">What cannot be done with it, with its name, without a password.</param>
/// <param name="advice">What to do; empty = nothing more.</param>
internal sealed class TransferEnd(string problem, string advice = "")
{
    /// <summary>Works with this end only.</summary>
    /// <exception cref="InvalidSettingsException">The database or its disk failed.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> workAsync)
    {
        try
        {
            return await workAsync();
        }
        catch (Exception error) when (CauseOf(error) is { } cause)
        {
            throw Describe(cause);
        }
    }

    /// <summary>The sentence about a fault of this end.</summary>
    public InvalidSettingsException Describe(Exception cause) => new([$"{problem}: {cause.Message.TrimEnd('.')}.{advice}"]);

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> workAsync) => RunAsync(async () =>
    {
        await workAsync();
        return true;
    });

    /// <summary>The fault of the database or the disk below the wrappers of EF; <c>null</c> for any other error.</summary>
    private static Exception? CauseOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException or IOException or UnauthorizedAccessException or SocketException)
            {
                return cause;
            }
        }

        return null;
    }
}
