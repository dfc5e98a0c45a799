using System.Collections.Frozen;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The table of failures: codes of S3 and faults of the connection, each with a message that says what to check. Messages of the SDK are not passed on,
/// because they repeat parts of requests.
/// </summary>
internal static class S3Errors
{
    private const string NoSuchKey = "NoSuchKey";
    private const string NotFound = "NotFound";
    private const string NoSuchUpload = "NoSuchUpload";
    private const string NoStore = "The response is not from an S3 store at this URL. Check S3_ENDPOINT";

    /// <summary>When to retry after a transient failure.</summary>
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    private static readonly FrozenDictionary<string, string> s_rejections = new Dictionary<string, string>
    {
        ["NoSuchBucket"] = "The bucket does not exist. Check STORAGE_BUCKET, S3_ENDPOINT and AWS_REGION",
        ["InvalidBucketName"] = "The store does not allow this bucket name. Check STORAGE_BUCKET",
        ["AccessDenied"] = "The credentials are valid but not allowed to do this in the bucket. "
            + "Their policy must allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket",
        ["AllAccessDisabled"] = "All access to the bucket is disabled",
        ["Forbidden"] = "The store denies access and gives no cause. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their policy, s3:ListBucket included",
        ["InvalidAccessKeyId"] = "The store does not know the access key. Check AWS_ACCESS_KEY_ID and S3_ENDPOINT",
        ["SignatureDoesNotMatch"] = "The signature is wrong. Check AWS_SECRET_ACCESS_KEY, and that no proxy changes the Host header",
        ["ExpiredToken"] = "The temporary credentials have expired. Renew AWS_SESSION_TOKEN",
        ["TokenRefreshRequired"] = "The temporary credentials have expired. Renew AWS_SESSION_TOKEN",
        ["InvalidToken"] = "The session token does not belong to the access key. Check AWS_SESSION_TOKEN",
        ["RequestTimeTooSkewed"] = "The clocks of this machine and of the store differ too much. Set the clock of this machine",
        ["RequestExpired"] = "The clocks of this machine and of the store differ too much. Set the clock of this machine",
        ["AuthorizationHeaderMalformed"] = "The bucket is in another region. Check AWS_REGION",
        ["IllegalLocationConstraintException"] = "The bucket is in another region. Check AWS_REGION",
        ["PermanentRedirect"] = "The bucket is in another region. Check AWS_REGION",
        ["TemporaryRedirect"] = "The bucket is in another region. Check AWS_REGION",
        ["QuotaExceeded"] = "The quota of the store is exceeded",
        ["EntityTooLarge"] = "The object is larger than the store allows",
        ["NotImplemented"] = "The store does not support this operation",
        ["MethodNotAllowed"] = NoStore,
        [NotFound] = NoStore, // without a code of S3, and not for an object
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> s_transient = new Dictionary<string, string>
    {
        ["SlowDown"] = "The store limits the request rate",
        ["ServiceUnavailable"] = "The store is temporarily unavailable",
        ["InternalError"] = "The store had an internal error",
        ["RequestTimeout"] = "The store did not receive the bytes in time",
        ["OperationAborted"] = "The store is busy with the same object",
        ["ConditionalRequestConflict"] = "The store is busy with the same object",
        ["BadDigest"] = "The bytes were damaged in transit to the store",
        ["XAmzContentSHA256Mismatch"] = "The bytes were damaged in transit to the store",
    }.ToFrozenDictionary();

    /// <summary>A response about the object that the caller expects, not a failure.</summary>
    public static bool IsExpected(Exception error) => IsAbsent(error) || IsTaken(error) || IsBeyondEnd(error) || IsUploadGone(error);

    /// <summary>
    /// The object does not exist. After HEAD, whose responses carry no code, the bucket may be absent too, see <see cref="IsCertainlyAbsent"/>.
    /// </summary>
    public static bool IsAbsent(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: NoSuchKey or NotFound };

    /// <summary>The object does not exist, by a code of the store.</summary>
    public static bool IsCertainlyAbsent(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: NoSuchKey };

    /// <summary>The condition that the key be free was not met.</summary>
    public static bool IsTaken(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed };

    /// <summary>The range starts after the last byte.</summary>
    public static bool IsBeyondEnd(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable };

    /// <summary>The multipart upload has been completed or aborted.</summary>
    public static bool IsUploadGone(Exception error) => error is AmazonS3Exception { ErrorCode: NoSuchUpload };

    /// <summary>The store does not support a header or an operation.</summary>
    public static bool IsUnsupported(Exception error) =>
        error is AssetStoreUnavailableException { InnerException: AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented } };

    /// <summary>Whether a retry may succeed. All requests of this adapter are safe to retry.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        AmazonServiceException service when service.ErrorCode is { } code && s_transient.ContainsKey(code) => true,
        AmazonServiceException { StatusCode: HttpStatusCode.NotImplemented } => false,
        AmazonServiceException service =>
            service.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or 0 or >= HttpStatusCode.InternalServerError,
        AmazonUnmarshallingException or HttpRequestException or IOException or TimeoutException or TimeoutRejectedException => true,
        _ => false,
    };

    /// <summary>The port's exception; <c>null</c> for an expected response, a cancellation by the caller and a defect of this program.</summary>
    public static AssetStoreUnavailableException? Translate(Exception error) => error switch
    {
        AssetStoreUnavailableException known => known,
        { InnerException: AssetStoreUnavailableException known } => known,
        _ when IsExpected(error) => null,
        TimeoutRejectedException or TimeoutException => Unreachable("The store did not respond in time", error),
        HttpRequestException http => Unreachable(MessageFor(http), error),
        IOException => Unreachable("The connection to the store broke", error),
        AmazonUnmarshallingException => Unreachable("The response is not from an S3 store. Check S3_ENDPOINT", error),
        AmazonServiceException service => Rejection(service),
        AmazonClientException =>
            new("A request to the store could not be created with these settings. The log has the cause.", AssetStoreFault.Rejected, inner: error),
        _ => null,
    };

    /// <summary>The port's exception for a request that was not sent because the circuit is open.</summary>
    public static AssetStoreUnavailableException CircuitOpen(BrokenCircuitException error, string? lastFailure) =>
        Unreachable($"The circuit to the store is open after several failures: {lastFailure?.TrimEnd('.') ?? "it did not respond"}", error, error.RetryAfter);

    /// <summary>The port's exception for any error response, also one that does not fit the request.</summary>
    public static AssetStoreUnavailableException Rejection(AmazonServiceException error)
    {
        // The code comes from an unknown server; only what looks like one is repeated.
        var code = error.ErrorCode is { Length: > 0 and <= 64 } given && given.All(char.IsAsciiLetterOrDigit)
            ? given
            : ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (s_rejections.TryGetValue(code, out var message))
        {
            return new AssetStoreUnavailableException($"{message} ({code}).", AssetStoreFault.Rejected, inner: error);
        }

        return IsTransient(error)
            ? Unreachable($"{s_transient.GetValueOrDefault(code, "The store had an internal error")} ({code})", error)
            : new AssetStoreUnavailableException($"The store rejected the request ({code}).", AssetStoreFault.Rejected, inner: error);
    }

    private static string MessageFor(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The host name of the store cannot be resolved. Check S3_ENDPOINT",
        HttpRequestError.ConnectionError => "The store does not accept connections. Check that it runs, and S3_ENDPOINT",
        HttpRequestError.SecureConnectionError => "A TLS connection to the store failed. Check its certificate and the scheme of S3_ENDPOINT",
        _ => "The connection to the store broke",
    };

    private static AssetStoreUnavailableException Unreachable(string message, Exception inner, TimeSpan? retryAfter = null) =>
        new(message + ".", AssetStoreFault.Unreachable, retryAfter ?? s_retryAfter, inner);
}
