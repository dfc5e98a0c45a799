namespace CharacterRefs.Api.Http;

/// <summary>Maps error kinds to HTTP.</summary>
internal static class ErrorTable
{
    private static readonly TimeSpan s_defaultRetryAfter = TimeSpan.FromSeconds(10);

    public static (int Status, string Title) Row(ErrorKind kind) => kind switch
    {
        ErrorKind.ValidationError => (StatusCodes.Status400BadRequest, "The request is invalid."),
        ErrorKind.Unauthorized => (StatusCodes.Status401Unauthorized, "An API key is required."),
        ErrorKind.Forbidden => (StatusCodes.Status403Forbidden, "The request is not allowed from there."),
        ErrorKind.NotFound => (StatusCodes.Status404NotFound, "Not found."),
        ErrorKind.Conflict => (StatusCodes.Status409Conflict, "The request conflicts with the current state."),
        ErrorKind.PayloadTooLarge => (StatusCodes.Status413PayloadTooLarge, "The body is too large."),
        ErrorKind.GenerationRejected => (StatusCodes.Status422UnprocessableEntity, "The model rejected the input."),
        ErrorKind.IdempotencyKeyReused => (StatusCodes.Status422UnprocessableEntity, "The idempotency key belongs to another request."),
        ErrorKind.BudgetExceeded => (StatusCodes.Status402PaymentRequired, "The request would exceed a budget."),
        ErrorKind.RateLimited => (StatusCodes.Status429TooManyRequests, "Too many requests."),
        ErrorKind.UpstreamFailed => (StatusCodes.Status502BadGateway, "The image provider failed."),
        ErrorKind.UpstreamTimedOut => (StatusCodes.Status504GatewayTimeout, "The image provider did not finish in time."),
        ErrorKind.ConfigurationError => (StatusCodes.Status503ServiceUnavailable, "The service is not configured for this request."),
        ErrorKind.StorageUnavailable => (StatusCodes.Status503ServiceUnavailable, "Storage is not available."),
        ErrorKind.Overloaded => (StatusCodes.Status503ServiceUnavailable, "The service is overloaded."),
        ErrorKind.InternalError => (StatusCodes.Status500InternalServerError, "The service failed."),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The value of <c>Retry-After</c>; <c>null</c> when a retry cannot help.</summary>
    public static TimeSpan? RetryAfter(Error error) =>
        error.RetryAfter ?? (error.Kind is ErrorKind.RateLimited or ErrorKind.StorageUnavailable or ErrorKind.Overloaded ? s_defaultRetryAfter : null);

    /// <summary>The code of an error made by the framework; for a status without an error kind, the name that HTTP gives it.</summary>
    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => nameof(ErrorKind.ValidationError),
        StatusCodes.Status401Unauthorized => nameof(ErrorKind.Unauthorized),
        StatusCodes.Status403Forbidden => nameof(ErrorKind.Forbidden),
        StatusCodes.Status404NotFound => nameof(ErrorKind.NotFound),
        StatusCodes.Status405MethodNotAllowed => "MethodNotAllowed",
        StatusCodes.Status406NotAcceptable => "NotAcceptable",
        StatusCodes.Status412PreconditionFailed => "PreconditionFailed",
        StatusCodes.Status413PayloadTooLarge => nameof(ErrorKind.PayloadTooLarge),
        StatusCodes.Status415UnsupportedMediaType => "UnsupportedMediaType",
        StatusCodes.Status416RangeNotSatisfiable => "RangeNotSatisfiable",
        StatusCodes.Status429TooManyRequests => nameof(ErrorKind.RateLimited),
        >= 400 and < 500 => "BadRequest",
        _ => nameof(ErrorKind.InternalError),
    };
}
