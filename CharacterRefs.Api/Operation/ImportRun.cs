using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Storage;

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

    /// <summary>Runs the import until it completes or Ctrl-C.</summary>
    /// <param name="host">A host with the use cases and the start-up preparations as its only hosted services.</param>
    /// <returns>The exit code: 0 when every image has its row, 1 when images were left out or the import stopped early.</returns>
    /// <exception cref="InvalidSettingsException">There is no bucket.</exception>
    public static async Task<int> RunAsync(IHost host)
    {
        if (!host.Services.GetRequiredService<StorageSettings>().HasBucket)
        {
            throw new InvalidSettingsException([
                $"STORAGE_BACKEND is \"local\", but the command {Verb} reads a bucket; allowed: s3, with STORAGE_BUCKET. "
                + "Files in DATA_ROOT are adopted by each start of the service."]);
        }

        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var tally = new ImportTally();
        using var isOver = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var progress = new ImportProgress(tally, host.Services.GetRequiredService<TimeProvider>(), Console.Out, !Console.IsOutputRedirected);
        var reports = progress.RunAsync(isOver.Token);
        var end = await ImportAsync(host, tally, progress, stopping);
        await isOver.CancelAsync();
        await reports;
        progress.WriteLine($"{end ?? (tally.IsComplete ? "Done." : "Done, but not with all.")} {ImportProgress.Describe(tally)}");
        await host.StopAsync(CancellationToken.None);
        return end is null && tally.IsComplete ? Complete : Partial;
    }

    /// <returns>Why the import stopped early; <c>null</c> when it completed.</returns>
    private static async Task<string?> ImportAsync(IHost host, ImportTally tally, ImportProgress progress, CancellationToken stopping)
    {
        try
        {
            await host.StartAsync(stopping);
            var handler = host.Services.GetRequiredService<ImportReferencesHandler>();
            await handler.HandleAsync(tally, (key, reason) => progress.WriteLine($"left out {key}: {reason}"), stopping);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return "Stopped. Run it again to continue.";
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or LocalStorageException)
        {
            return $"Ended early. {error.Message} Run it again to continue.";
        }
    }
}
