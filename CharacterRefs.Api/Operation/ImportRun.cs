using System.Globalization;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;

namespace CharacterRefs.Api.Operation;

/// <summary>
/// Reads an existing bucket's images into the catalog, without a web server: what happens goes to standard output, the log to standard error.
/// </summary>
internal static class ImportRun
{
    /// <summary>The one argument that asks for it.</summary>
    public const string Verb = "import";

    private const int Complete = 0;
    private const int Partial = 1;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromSeconds(3);

    /// <summary>Runs it to its end, or until Ctrl-C.</summary>
    /// <param name="host">With the use cases, and the preparations of a start as its only hosted services.</param>
    /// <returns>The exit code: 0 when every image has its row, 1 when something was left out or it was stopped.</returns>
    public static async Task<int> RunAsync(IHost host)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var tally = new ImportTally();
        using var isOver = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var progress = ReportAsync(tally, host.Services.GetRequiredService<TimeProvider>(), isOver.Token);
        var end = await ImportAsync(host, tally, stopping);
        await isOver.CancelAsync();
        await progress;
        await Console.Out.WriteLineAsync($"{end ?? (tally.IsComplete ? "Done." : "Done, but not with all.")} {Describe(tally)}");
        await host.StopAsync(CancellationToken.None);
        return end is null && tally.IsComplete ? Complete : Partial;
    }

    /// <returns>Why it did not come to its end; <c>null</c> when it did.</returns>
    private static async Task<string?> ImportAsync(IHost host, ImportTally tally, CancellationToken stopping)
    {
        try
        {
            await host.StartAsync(stopping);
            var handler = host.Services.GetRequiredService<ImportReferencesHandler>();
            await handler.HandleAsync(tally, (key, reason) => Console.Out.WriteLine($"left out {key}: {reason}"), stopping);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return "Stopped. Started again, it goes on.";
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or LocalStorageException)
        {
            return $"Ended early. {error.Message} Started again, it goes on.";
        }
    }

    private static async Task ReportAsync(ImportTally tally, TimeProvider clock, CancellationToken isOver)
    {
        using var timer = new PeriodicTimer(s_progressInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(isOver))
            {
                await Console.Out.WriteLineAsync(Describe(tally));
            }
        }
        catch (OperationCanceledException)
        {
            // The summary follows.
        }
    }

    private static string Describe(ImportTally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"seen {tally.Seen}, adopted {tally.Adopted} ({tally.Bytes} bytes), skipped {tally.Skipped}, refused {tally.Refused}, failed {tally.Failed}");
}
