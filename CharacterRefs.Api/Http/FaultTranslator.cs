using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Api.Http;

/// <summary>Turns unhandled exceptions into problems. The log contains the cause, the response the trace id.</summary>
internal sealed partial class FaultTranslator(IProblemDetailsService problems, ILogger<FaultTranslator> logger) : IExceptionHandler
{
    /// <summary>The error of every fault that is not a known one.</summary>
    public static Error Unexpected { get; } = new(ErrorKind.InternalError, "The service failed unexpectedly; quote the traceId when you report it.");

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
            LogAborted(logger, httpContext.Request.Path, exception);
            return true;
        }

        var error = exception switch
        {
            InvalidRequestException invalid => invalid.Error,
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                new Error(ErrorKind.PayloadTooLarge, TooLarge(httpContext)),
            BadHttpRequestException or IOException { InnerException: OverflowException } => // Kestrel, for a chunk size beyond 32 bits
                new Error(ErrorKind.ValidationError, "The body could not be read to its end."),
            AssetStoreUnavailableException store => store.ToError(),
            ArchiveBrokenException broken => new Error(ErrorKind.Conflict, broken.Message),
            LocalStorageException disk => disk.ToError(),
            _ => Unexpected,
        };
        if (exception is AssetStoreUnavailableException)
        {
            LogStoreFault(logger, httpContext.Request.Method, httpContext.Request.Path, exception.ToCause());
            LogTrace(logger, exception);
        }
        else if (error.Kind is ErrorKind.StorageUnavailable)
        {
            LogDiskFault(logger, httpContext.Request.Method, httpContext.Request.Path, exception.ToCause());
            LogTrace(logger, exception);
        }
        else if (error.Kind is ErrorKind.InternalError)
        {
            LogFault(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        var problem = ProblemBodies.Create(httpContext, error);
        httpContext.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    /// <summary>The message for a body beyond a limit.</summary>
    /// <param name="limit">In bytes.</param>
    public static string TooLarge(long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"The body is larger than the {limit} bytes that this request accepts.");

    /// <summary>The limit of the operation, or the server's if the operation has none.</summary>
    private static string TooLarge(HttpContext context) => context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limit
        ? TooLarge(limit)
        : "The body is larger than this server accepts.";

    [LoggerMessage(200, LogLevel.Debug, "Client disconnected during {Path}")]
    private static partial void LogAborted(ILogger logger, string path, Exception exception);

    [LoggerMessage(201, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFault(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(202, LogLevel.Warning, "{Method} {Path} failed in the store: {Cause}")]
    private static partial void LogStoreFault(ILogger logger, string method, string path, string cause);

    [LoggerMessage(206, LogLevel.Error, "{Method} {Path} failed on the disk: {Cause}")]
    private static partial void LogDiskFault(ILogger logger, string method, string path, string cause);

    [LoggerMessage(203, LogLevel.Debug, "Storage failed")]
    private static partial void LogTrace(ILogger logger, Exception exception);
}
