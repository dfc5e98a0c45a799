namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// Removes <c>Expect: 100-continue</c>, which the SDK sends with every body. A server that rejects early still receives a short body, reads it as the next
/// request, and the connection is out of step (Ceph tracker 58286).
/// </summary>
internal sealed class NoExpectHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.ExpectContinue = false;
        return base.SendAsync(request, cancellationToken);
    }
}
