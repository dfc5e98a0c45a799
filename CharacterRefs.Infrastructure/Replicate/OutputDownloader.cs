using CharacterRefs.Application.Results;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Fetches output files with a client of its own that has no token. An output address is foreign data: only allowed hosts, no redirects, a size
/// limit. Nothing here listens to the caller's cancellation: the image is paid for.
/// </summary>
internal sealed class OutputDownloader(
    HttpClient http, ReplicatePipelines pipelines, ReplicateOptions options, ReplicateErrors errors, TimeProvider clock, ILogger<OutputDownloader> logger)
{
    // How many times the limit of one attempt all of them may take: it is paid for, but somebody waits for it.
    private const int AttemptsWorth = 3;

    /// <summary>Hands the bytes to <paramref name="receive"/>, from the start again when the transfer breaks.</summary>
    public async Task<Result<T>> FetchAsync<T>(string model, OutputSource source, Func<Stream, CancellationToken, Task<Result<T>>> receive)
    {
        if (source.Inline is { } bytes)
        {
            return bytes.LongLength <= options.MaxOutputBytes
                ? await receive(new MemoryStream(bytes, writable: false), CancellationToken.None)
                : errors.OfTransfer(new Transfer<T>(AttemptEnd.TooLarge));
        }

        var url = source.Url!;
        if (!options.OutputHosts.Any(host => host.Covers(url)))
        {
            logger.TransferFailed(url.Host, "not an allowed output host");
            return ReplicateErrors.ForeignOutput(model);
        }

        var transfer = await TransferAsync(url, receive);
        if (transfer.Verdict is { } verdict)
        {
            return verdict;
        }

        logger.TransferFailed(url.Host, transfer.Reason);
        return errors.OfTransfer(transfer);
    }

    private async Task<Transfer<T>> TransferAsync<T>(Uri url, Func<Stream, CancellationToken, Task<Result<T>>> receive)
    {
        using var deadline = new Deadline(options.DownloadTimeout * AttemptsWorth, clock, CancellationToken.None);
        try
        {
            return await ReplicatePipelines.RunAsync(pipelines.Read, () => AttemptAsync(url, deadline, receive), deadline);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            return new Transfer<T>(AttemptEnd.TimedOut);
        }
    }

    private async ValueTask<Transfer<T>> AttemptAsync<T>(Uri url, Deadline deadline, Func<Stream, CancellationToken, Task<Result<T>>> receive)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await Transfer<T>.SendAsync(http, request, options, clock, deadline, receive);
    }
}
