using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Fetches output files with a client of its own that has no token. An output URL is foreign data: only allowed hosts, no redirects, a size limit. The
/// image is paid for, so it is fetched as long as Replicate keeps it.
/// </summary>
internal sealed class OutputDownloader(
    HttpClient http, PartialOutputStore partials, ReplicateOptions options, ReplicateErrors errors, TimeProvider clock, ILogger<OutputDownloader> logger)
{
    // A host that sends no ranges may let every transfer break; each begins anew, after a pause that grows.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>Fetches the output of a prediction that succeeded, unless it is none.</summary>
    public async Task<SlotOutcome> StoreAsync(Prediction prediction, SlotTask task, ISlotProgress progress, CancellationToken stop)
    {
        if (errors.FindRejection(prediction, task.Model) is { } rejection)
        {
            return SlotOutcome.Failure(rejection);
        }

        var sources = OutputSource.ReadAll(prediction.Output, options.OutputHosts);
        if (sources.Count == 0)
        {
            return SlotOutcome.Failure(ReplicateErrors.NoOutput(task.Model));
        }

        progress.Storing(extraOutputs: sources.Count - 1);
        var until = (prediction.CompletedAt ?? clock.GetUtcNow()) + ReplicateOptions.OutputLife;
        try
        {
            // The first that is an acceptable image. Each has its share of the time that is left.
            Error? first = null;
            for (var i = 0; i < sources.Count; i++)
            {
                var share = (until - clock.GetUtcNow()) / (sources.Count - i);
                if (await FetchAsync(task, sources[i], clock.GetUtcNow() + share, progress, stop) is not { } error)
                {
                    return new SlotOutcome(SlotEnd.Received);
                }

                first ??= error;
            }

            return SlotOutcome.Failure(first! with { IsPaid = true });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new SlotOutcome(SlotEnd.Interrupted);
        }
    }

    /// <summary>
    /// Hands the bytes to the receiver, from the start again when the file changed meanwhile. What an earlier process fetched is used when it is of the
    /// same file.
    /// </summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="until">When Replicate removes the file, UTC.</param>
    /// <param name="stop">Stops the transfer.</param>
    /// <returns><c>null</c>, or why there is no image.</returns>
    public async Task<Error?> FetchAsync(SlotTask task, OutputSource source, DateTimeOffset until, ISlotProgress progress, CancellationToken stop)
    {
        if (source.Inline is { } bytes)
        {
            return bytes.LongLength <= options.MaxOutputBytes
                ? await progress.ReceiveAsync(new MemoryStream(bytes, writable: false), stop)
                : errors.OfTransfer(AttemptEnd.TooLarge, "");
        }

        var url = source.Url!;
        if (!options.OutputHosts.Any(host => host.Covers(url)))
        {
            logger.TransferFailed(url.Host, "not an allowed output host");
            return ReplicateErrors.ForeignOutput(task.Model);
        }

        using var partial = partials.Open(task.ImageId, url);
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                await using var content = new OutputStream(http, url, partial, until, options, clock, logger);
                var error = await progress.ReceiveAsync(content, stop);
                if (error is null || !content.HasResumed)
                {
                    partial?.Remove();
                    return error;
                }

                // A power loss may leave wrong bytes in a file that no one had flushed.
                logger.Resuming(url.Host, 0, error.Detail, 0);
                partial!.Begin(null);
            }
            catch (OutputTransferException error) when (error.End is AttemptEnd.Restarted && clock.GetUtcNow() + PauseAfter(restarts) < until)
            {
                logger.Resuming(url.Host, 0, error.Message, PauseAfter(restarts).TotalSeconds);
                await Task.Delay(PauseAfter(restarts), clock, stop);
            }
            catch (OutputTransferException error)
            {
                logger.TransferFailed(url.Host, error.Message);
                partial?.Remove();
                return errors.OfTransfer(error.End, error.Message);
            }
        }
    }

    private static TimeSpan PauseAfter(int restarts)
    {
        var pause = s_firstPause * Math.Pow(2, Math.Min(restarts, 10));
        return pause < s_longestPause ? pause : s_longestPause;
    }
}
