using System.Net;
using System.Net.Http.Headers;
using CharacterRefs.Application.Webhooks;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>Sends one signed message to one receiver. The body of the response is not read.</summary>
internal sealed class WebhookClient(HttpClient http, WebhookSettings settings, TimeProvider clock)
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <exception cref="OperationCanceledException">The caller canceled; the message may have arrived.</exception>
    public async Task<WebhookReply> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        using var request = Compose(delivery);
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new WebhookReply(response.StatusCode, ErrorOf(response.StatusCode), RetryAfterOf(response));
        }
        catch (HttpRequestException error)
        {
            var cause = error.InnerException is RejectedAddressException rejected ? rejected.Message : $"The request failed: {error.HttpRequestError}.";
            return new WebhookReply(null, cause);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookReply(null, $"No response within {Timeout.TotalSeconds} s.");
        }
    }

    private HttpRequestMessage Compose(WebhookDelivery delivery)
    {
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var timestamp = StandardWebhook.TimestampOf(clock.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, delivery.MessageId);
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(StandardWebhook.SignatureHeader, settings.Signer!.Sign(delivery.MessageId, timestamp, body));
        return request;
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        response is { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout, Headers.RetryAfter: { } header }
            ? header.Delta ?? header.Date - clock.GetUtcNow()
            : null;

    private static string ErrorOf(HttpStatusCode status) =>
        status is >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest ? $"HTTP {(int)status}; redirects are not followed." : $"HTTP {(int)status}.";
}
