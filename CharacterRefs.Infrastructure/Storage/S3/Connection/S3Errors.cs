using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using CharacterRefs.Application.Ports.Assets;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The one table of what can go wrong: the codes of S3 and the failures of the connection, in words that say what to look at. Nothing of the SDK's own
/// messages is passed on, because they repeat parts of requests.
/// </summary>
internal static class S3Errors
{
    private const string NoSuchKey = "NoSuchKey";
    private const string NotFound = "NotFound";
    private const string NoSuchUpload = "NoSuchUpload";
    private const string NoStore = "What answers is no S3 store, or not under this address. Check S3_ENDPOINT";

    /// <summary>When to ask again after a failure that may pass.</summary>
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);

    private static readonly FrozenDictionary<string, string> s_refusals = new Dictionary<string, string>
    {
        ["NoSuchBucket"] = "The bucket does not exist there. Check STORAGE_BUCKET, S3_ENDPOINT and AWS_REGION",
        ["InvalidBucketName"] = "The store does not take this bucket's name. Check STORAGE_BUCKET",
        ["AccessDenied"] = "The keys are known, but not allowed to do this in the bucket. Check their policy: s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket are needed",
        ["AllAccessDisabled"] = "The bucket is closed to everybody",
        ["Forbidden"] = "The store refuses, and does not say whether because of the keys or of their rights. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their policy, s3:ListBucket included",
        ["InvalidAccessKeyId"] = "The store does not know the access key. Check AWS_ACCESS_KEY_ID and S3_ENDPOINT",
        ["SignatureDoesNotMatch"] = "The signature is wrong. Check AWS_SECRET_ACCESS_KEY, and that a proxy in between leaves the Host header alone",
        ["ExpiredToken"] = "The temporary keys have expired. Renew AWS_SESSION_TOKEN",
        ["TokenRefreshRequired"] = "The temporary keys have expired. Renew AWS_SESSION_TOKEN",
        ["InvalidToken"] = "The session token does not belong to the keys. Check AWS_SESSION_TOKEN",
        ["RequestTimeTooSkewed"] = "The clock of this machine and that of the store differ too much. Set the clock",
        ["RequestExpired"] = "The clock of this machine and that of the store differ too much. Set the clock",
        ["AuthorizationHeaderMalformed"] = "The bucket lies in another region. Check AWS_REGION",
        ["IllegalLocationConstraintException"] = "The bucket lies in another region. Check AWS_REGION",
        ["PermanentRedirect"] = "The bucket lies in another region. Check AWS_REGION",
        ["TemporaryRedirect"] = "The bucket lies in another region. Check AWS_REGION",
        ["QuotaExceeded"] = "The store's quota is used up",
        ["EntityTooLarge"] = "The store does not take objects of this length",
        ["NotImplemented"] = "The store cannot do this",
        ["MethodNotAllowed"] = NoStore,
        [NotFound] = NoStore, // without a code of S3, and no object was asked for
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> s_passing = new Dictionary<string, string>
    {
        ["SlowDown"] = "The store asks for fewer requests",
        ["ServiceUnavailable"] = "The store is not available for the moment",
        ["InternalError"] = "The store met an error of its own",
        ["RequestTimeout"] = "The bytes did not reach the store in time",
        ["OperationAborted"] = "The store is busy with the same object",
        ["ConditionalRequestConflict"] = "The store is busy with the same object",
        ["BadDigest"] = "The bytes were damaged on their way to the store",
        ["XAmzContentSHA256Mismatch"] = "The bytes were damaged on their way to the store",
    }.ToFrozenDictionary();

    /// <summary>An answer about the object, not a failure: the caller asked for it.</summary>
    public static bool IsAnswer(Exception error) => IsAbsent(error) || IsTaken(error) || IsBeyondEnd(error) || IsUploadGone(error);

    /// <summary>
    /// There is no such object. After HEAD, whose answers carry no code, there may as well be no such bucket; <see cref="IsCertainlyAbsent"/> tells.
    /// </summary>
    public static bool IsAbsent(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: NoSuchKey or NotFound };

    /// <summary>There is no such object, and the store said so in a code.</summary>
    public static bool IsCertainlyAbsent(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: NoSuchKey };

    /// <summary>The condition that the key be free was not met.</summary>
    public static bool IsTaken(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed };

    /// <summary>The range begins after the last byte.</summary>
    public static bool IsBeyondEnd(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable };

    /// <summary>The multipart upload was completed or aborted before.</summary>
    public static bool IsUploadGone(Exception error) => error is AmazonS3Exception { ErrorCode: NoSuchUpload };

    /// <summary>The store does not know a header or a call.</summary>
    public static bool IsUnsupported(Exception error) =>
        error is AssetStoreUnavailableException { InnerException: AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented } };

    /// <summary>Whether the same request may succeed in a moment. All requests of this adapter may be repeated.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        AmazonServiceException service when service.ErrorCode is { } code && s_passing.ContainsKey(code) => true,
        AmazonServiceException { StatusCode: HttpStatusCode.NotImplemented } => false,
        AmazonServiceException service => service.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or 0 || (int)service.StatusCode >= 500,
        AmazonUnmarshallingException or HttpRequestException or IOException or TimeoutException or TimeoutRejectedException => true,
        _ => false,
    };

    /// <summary>The port's exception; <c>null</c> for an answer, for a cancellation by the caller, and for what is a mistake of this program.</summary>
    public static AssetStoreUnavailableException? Translate(Exception error) => error switch
    {
        AssetStoreUnavailableException known => known,
        { InnerException: AssetStoreUnavailableException known } => known,
        _ when IsAnswer(error) => null,
        TimeoutRejectedException or TimeoutException => Unreachable("The store did not answer in time", error),
        HttpRequestException http => Unreachable(WordsFor(http), error),
        IOException => Unreachable("The connection to the store broke", error),
        AmazonUnmarshallingException => Unreachable("The answer is none of an S3 store. Check S3_ENDPOINT", error),
        AmazonServiceException service => Refusal(service),
        AmazonClientException => new("The store cannot be asked with these settings. The log has the cause.", AssetStoreFault.Refused, inner: error),
        _ => null,
    };

    /// <summary>The port's exception for a request that was not sent, because of what happened to those before it.</summary>
    public static AssetStoreUnavailableException LeftAlone(BrokenCircuitException error, string? trouble) =>
        Unreachable($"The store failed several times and is left alone for a moment: {trouble?.TrimEnd('.') ?? "it did not answer"}", error, error.RetryAfter);

    /// <summary>The port's exception for any answer, also for one that makes no sense to what was asked.</summary>
    public static AssetStoreUnavailableException Refusal(AmazonServiceException error)
    {
        // The code comes from whatever answered; only what looks like one is repeated.
        var code = error.ErrorCode is { Length: > 0 and <= 64 } given && given.All(char.IsAsciiLetterOrDigit)
            ? given
            : ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (s_refusals.TryGetValue(code, out var words))
        {
            return new AssetStoreUnavailableException($"{words} ({code}).", AssetStoreFault.Refused, inner: error);
        }

        return IsTransient(error)
            ? Unreachable($"{s_passing.GetValueOrDefault(code, "The store met an error of its own")} ({code})", error)
            : new AssetStoreUnavailableException($"The store refuses the request ({code}).", AssetStoreFault.Refused, inner: error);
    }

    private static string WordsFor(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The name of the store's host is not known. Check S3_ENDPOINT",
        HttpRequestError.ConnectionError => "The store takes no connections. Check that it runs, and S3_ENDPOINT",
        HttpRequestError.SecureConnectionError => "No secure connection to the store could be made. Check its certificate and the scheme of S3_ENDPOINT",
        _ => "The connection to the store broke",
    };

    private static AssetStoreUnavailableException Unreachable(string words, Exception inner, TimeSpan? retryAfter = null) =>
        new(words + ".", AssetStoreFault.Unreachable, retryAfter ?? s_retryAfter, inner);
}
