using System.Net.Http.Headers;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// Removes an <c>ETag</c> that is no MD5 from the responses to GET. The SDK reads it as hexadecimal digits and fails on others, such as
/// <c>"0x8DABCDEF"</c>; nothing here reads the tag of a GET.
/// </summary>
internal sealed class ForeignETagHandler : DelegatingHandler
{
    private const string Name = "ETag";
    private const int QuotedMd5 = 34;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Get && response.Headers.NonValidated.TryGetValues(Name, out var tag) && !IsMd5(tag))
        {
            response.Headers.Remove(Name);
        }

        return response;
    }

    private static bool IsMd5(HeaderStringValues tag) =>
        tag.ToString() is { Length: QuotedMd5 } text && text[0] == '"' && text[^1] == '"' && text[1..^1].All(char.IsAsciiHexDigit);
}
