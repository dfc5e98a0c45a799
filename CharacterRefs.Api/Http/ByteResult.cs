using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>
/// The base of all responses with bytes. The framework evaluates preconditions, ranges and HEAD; stored content never runs as a page of this origin.
/// The events of the framework's base are not logged.
/// </summary>
internal abstract class ByteResult(string mediaType) : FileResult(mediaType)
{
    private static readonly FileHeaders s_headers = new();

    /// <summary>The strong entity tag of bytes with this hash.</summary>
    public static EntityTagHeaderValue TagOf(ContentHash sha256) => new($"\"sha256-{sha256}\"");

    /// <summary>The value of <c>Content-Disposition</c>.</summary>
    /// <param name="isShown">Whether browsers may show the bytes; otherwise they save them.</param>
    /// <param name="name">The name that they are saved under.</param>
    protected static string Disposition(bool isShown, string name)
    {
        var disposition = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        return disposition.ToString();
    }

    /// <inheritdoc cref="Announce(ActionContext, long, EntityTagHeaderValue?, DateTimeOffset)"/>
    protected (RangeItemHeaderValue? Range, long RangeLength, bool ServeBody) Announce(
        ActionContext context, long length, ContentHash? sha256, DateTimeOffset lastModified) =>
        Announce(context, length, sha256 is { } hash ? TagOf(hash) : null, lastModified);

    /// <summary>Sets the status and all headers.</summary>
    /// <returns>The range to send, <c>null</c> for everything; its length in bytes; and whether there is a body.</returns>
    protected (RangeItemHeaderValue? Range, long RangeLength, bool ServeBody) Announce(
        ActionContext context, long length, EntityTagHeaderValue? entityTag, DateTimeOffset lastModified)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        (LastModified, EntityTag, EnableRangeProcessing) = (lastModified, entityTag, true);
        IgnoreForeignRange(context.HttpContext.Request, entityTag, lastModified);
        return s_headers.Set(context, this, length);
    }

    /// <summary>
    /// RFC 9110, 14.2: ranges are defined for GET only, and an unknown unit is ignored. The framework accepts HEAD and any unit. 13.1.5: a range is ignored
    /// unless <c>If-Range</c> is exactly the current validator. The framework ignores an <c>If-Range</c> that it cannot parse, or has no validator for.
    /// </summary>
    private static void IgnoreForeignRange(HttpRequest request, EntityTagHeaderValue? entityTag, DateTimeOffset lastModified)
    {
        if (!HttpMethods.IsGet(request.Method) || request.GetTypedHeaders().Range?.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) is not true
            || (request.Headers.IfRange is { Count: > 0 } sent && !IsCurrent(sent.ToString(), entityTag, lastModified)))
        {
            request.Headers.Remove(HeaderNames.Range);
        }
    }

    private static bool IsCurrent(string ifRange, EntityTagHeaderValue? entityTag, DateTimeOffset lastModified) =>
        RangeConditionHeaderValue.TryParse(ifRange, out var condition)
        && (condition.EntityTag is { } tag
            ? entityTag is not null && tag.Compare(entityTag, useStrongComparison: true)
            : condition.LastModified?.ToUnixTimeSeconds() == lastModified.ToUnixTimeSeconds());

    private sealed class FileHeaders() : FileResultExecutorBase(NullLogger.Instance)
    {
        public (RangeItemHeaderValue? Range, long RangeLength, bool ServeBody) Set(ActionContext context, FileResult result, long length) =>
            SetHeadersAndLog(context, result, length, result.EnableRangeProcessing, result.LastModified, result.EntityTag);
    }
}
