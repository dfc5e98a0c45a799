namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// Takes <c>Expect: 100-continue</c> away, which the SDK sends with every body. A server that refuses early is still sent a short body, reads it as the
/// next request, and the connection is out of step (Ceph tracker 58286). It saves nothing here.
/// </summary>
internal sealed class NoExpectHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.ExpectContinue = false;
        return base.SendAsync(request, cancellationToken);
    }
}
