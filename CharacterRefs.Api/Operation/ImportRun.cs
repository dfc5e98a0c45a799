using System.Globalization;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;

namespace CharacterRefs.Api.Operation;

/// <summary>
/// Imports the images of an existing bucket into the catalog, without a web server. Writes progress to standard output and the log to standard error.
/// </summary>
internal static class ImportRun
{
    /// <summary>The command-line argument of this command.</summary>
    public const string Verb = "import";

    private const int Complete = 0;
    private const int Partial = 1;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromSeconds(3);

    /// <summary>Runs the import until it completes or Ctrl-C.</summary>
    /// <param name="host">A host with the use cases and the start-up preparations as its only hosted services.</param>
    /// <returns>The exit code: 0 when every image has its row, 1 when images were left out or the import stopped early.</returns>
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

    /// <returns>Why the import stopped early; <c>null</c> when it completed.</returns>
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
