using System.Globalization;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Api.Http;

/// <summary>Turns what escapes a request into a problem; the log has the cause, the client the trace id.</summary>
internal sealed partial class FaultTranslator(IProblemDetailsService problems, ILogger<FaultTranslator> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            LogAborted(logger, httpContext.Request.Path, exception);
            return true;
        }

        var error = exception switch
        {
            InvalidRequestException refused => refused.Error,
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                new Error(ErrorKind.PayloadTooLarge, TooLarge(httpContext)),
            BadHttpRequestException => new Error(ErrorKind.ValidationError, "The body could not be read to its end."),
            AssetStoreUnavailableException { Fault: AssetStoreFault.NoCredentials } store => new Error(ErrorKind.ConfigurationError, store.Message),
            AssetStoreUnavailableException store => new Error(ErrorKind.StorageUnavailable, store.Message) { RetryAfter = store.RetryAfter },
            ArchiveBrokenException broken => new Error(ErrorKind.Conflict, broken.Message),
            LocalStorageException { IsObstructed: true } obstructed => new Error(ErrorKind.Conflict, obstructed.Message),
            LocalStorageException storage => new Error(ErrorKind.StorageUnavailable, storage.Message),
            _ => new Error(ErrorKind.InternalError, "The service failed by a fault of its own; quote the traceId when you report it."),
        };
        if (exception is AssetStoreUnavailableException expected)
        {
            // Its message is the whole cause; during an outage every request would add a stack trace that tells nothing.
            LogStoreFault(logger, httpContext.Request.Method, httpContext.Request.Path, expected.Message);
            LogStoreFaultTrace(logger, expected);
        }
        else if (error.Kind is ErrorKind.InternalError or ErrorKind.StorageUnavailable)
        {
            LogFault(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        var problem = Problems.Create(httpContext, error);
        httpContext.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    /// <summary>The limit is that of the call, or the server's where the call has none of its own.</summary>
    private static string TooLarge(HttpContext context) => context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"The body is larger than the {limit} bytes that this call accepts.")
        : "The body is larger than this server accepts for this call.";

    [LoggerMessage(200, LogLevel.Debug, "The client left during {Path}")]
    private static partial void LogAborted(ILogger logger, string path, Exception exception);

    [LoggerMessage(201, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFault(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(202, LogLevel.Warning, "{Method} {Path} failed because of the store. {Cause}")]
    private static partial void LogStoreFault(ILogger logger, string method, string path, string cause);

    [LoggerMessage(203, LogLevel.Debug, "What the store was asked and failed by")]
    private static partial void LogStoreFaultTrace(ILogger logger, Exception exception);
}
